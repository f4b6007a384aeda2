"""What of the picture is opened: a layer, a map or unit, a pixel with its arithmetic."""
