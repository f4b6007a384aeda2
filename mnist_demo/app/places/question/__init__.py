"""Question it: one lens at a time on the drawing of the stage."""
