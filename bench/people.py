"""Invented people by the hundred thousand, quickly: names by frequency, so that common ones collide as real ones do."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

FIRST = ["Olivia", "Amelia", "Mohammed", "Aisha", "Fatima", "Jack", "Harry", "Zara", "Maryam", "Ali", "Hassan", "Sophie", "Chloe", "Emma", "Lauren", "Priya", "Simran", "Gurpreet", "Harjit", "Wei", "Mei", "Li", "Agnieszka", "Katarzyna", "Piotr", "Siobhan", "Aoife", "Niamh", "Abdi", "Hodan", "Amina", "Yusuf", "Ibrahim", "Omar", "Layla", "Noor", "Charlotte", "Emily", "Daniel", "Thomas", "James", "William", "Oliver", "George", "Jessica", "Megan", "Bethany", "Kelly", "Donna", "Tracey", "Sharon", "Linda"]
LAST = ["Smith", "Jones", "Khan", "Ahmed", "Hussain", "Begum", "Ali", "Patel", "Singh", "Kaur", "Williams", "Taylor", "Brown", "Wilson", "Evans", "Thomas", "Johnson", "Roberts", "Walker", "Wright", "Robinson", "Thompson", "White", "Hughes", "Edwards", "Green", "Hall", "Wood", "Harris", "Lewis", "Martin", "Jackson", "Clarke", "Clark", "Turner", "Hill", "Scott", "Cooper", "Morris", "Ward", "Moore", "King", "Watson", "Baker", "Harrison", "Morgan", "Lee", "Allen", "James", "Phillips", "Mahmood", "Iqbal", "Shah", "Chen", "Wang", "Zhang", "Kowalska", "Nowak", "O'Brien", "O'Neill", "Murphy", "Kelly", "Hassan", "Mohamed", "Abdi", "Chowdhury", "Uddin", "Miah", "Rahman", "Sharma"]
SYLLABLES = ["ba", "den", "ford", "ham", "ley", "mar", "nor", "pen", "ral", "sto", "ton", "ves", "wick", "yar", "zan", "ker", "dun", "hol", "bro", "cas"]


def people(count: int, seed: int = 7) -> Iterator[dict[str, object]]:
    """`count` people as plain values. Seeded: the same people each time."""
    chance = random.Random(seed)
    start = date(1940, 1, 1)
    for number in range(count):
        common = chance.random() < 0.5
        last = chance.choice(LAST) if common else "".join(chance.choices(SYLLABLES, k=3)).title()
        yield {
            "ref": f"P{number}",
            "given": f"{chance.choice(FIRST)} {chance.choice(FIRST)}",
            "family": last,
            "dob": start + timedelta(days=chance.randrange(25_000)),
            "postcode": f"ZZ{chance.randrange(1, 99)} {chance.randrange(1, 9)}{chance.choice('ABDEFGH')}{chance.choice('ABDEFGH')}",
            "phone": f"07700 9{chance.randrange(100_000):05d}",
            "sex": chance.choice(("female", "male")),
        }
