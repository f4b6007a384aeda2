"""Why a network answers as it does: arithmetic, attributions, units, the last hidden layer."""
