"""Files that strangers send: what they are, whether they are safe to pass on.

``child`` looks at them in a process of its own under hard limits, so nothing it imports may
know Django; ``inspecting`` starts it, ``sentences`` puts its verdict into words.
"""
