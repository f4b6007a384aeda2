"""Why was mine misread: preparations and versions that change the answer."""
