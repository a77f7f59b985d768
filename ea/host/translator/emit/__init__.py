"""C++ of a program that has been checked."""
