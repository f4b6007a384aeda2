"""What a digit image is, and how a drawing or a picture file becomes one."""
