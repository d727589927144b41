"""What someone is told: in the application with a link, by e-mail only that a task waits.

Nothing that leaves the application identifies anyone (safety rule 3), and nobody is told of a matter from which
they are excluded (safety rule 5).
"""
