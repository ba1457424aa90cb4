"""What a JSON file may say instead of what it should, for tests that change one thing at a time."""

import copy

# What is put in the place of something in a file of ours.
ODD = [
    None, True, -1, 0, 2**70, 10**400, 1e300, float("nan"), "", "x" * 300, "\x1b[2J\u202e\ud800",
    [], {}, [[]], [1, "a"], {"nn": "Linear"}, {"nn": ["ReLU"]}, {"name": "os.system"},
    {"array": "no"}, {"array": []}, {"call": 1, "args": 2, "settings": 3},
]  # fmt: skip


def places(value, way=()):
    """Return the ways to everything inside a JSON value, itself included."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    found = [way]
    for key, entry in inside:
        deeper = isinstance(entry, (dict, list))
        found += places(entry, (*way, key)) if deeper else [(*way, key)]
    return found


def changed(value, rng):
    """Return a JSON value with one to three things in it left out, or made something else."""
    value = copy.deepcopy(value)
    for _ in range(rng.randint(1, 3)):
        *way, last = rng.choice(places(value)[1:])
        holder = value
        for key in way:
            holder = holder[key]
        if rng.random() < 0.3:
            del holder[last]
        else:
            holder[last] = copy.deepcopy(rng.choice(ODD))
    return value
