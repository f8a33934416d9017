"""Exercises that check themselves: questions, right answers from the kit's own figures, and likely mistakes."""
