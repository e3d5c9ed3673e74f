"""Files -> blocks of whole records; the only part that touches the disk."""
