"""What differs between two builds, by their records alone; pure."""
