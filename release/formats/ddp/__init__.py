"""DDP 2.00 sets: one module for each file of the set, a writer, and a reader with field tables of its own.

``writer.write_control_files`` makes the control files of a disc, ``checksum`` the lists that travel with them,
``reader.read_ddp`` and ``reader.check_ddp`` read a set from anyone.
"""
