"""What every part stands on: places, rules, partners, the wall, people, promises, meetings and notices."""
