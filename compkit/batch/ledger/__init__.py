"""What was made from what, so that a run can be resumed and two runs compared."""
