"""A synthetic city: invented people in the real wards of a pack, and what they went through in a year."""
