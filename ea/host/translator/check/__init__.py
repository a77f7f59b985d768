"""What MetaEditor would say of a program, and what the subset says on top of it."""
