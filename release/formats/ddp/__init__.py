"""DDP 2.00 sets: one module for each file of the set, a writer, and a reader with field tables of its own."""
