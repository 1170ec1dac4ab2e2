"""What a run of the matrix amounts to."""

from dataclasses import dataclass, field


@dataclass
class Tally:
    """How many cells were asked, and how many answered otherwise than declared."""

    cells: int = 0
    twins: int = 0
    mismatches: int = 0
    mutants: int = 0
    survivors: int = 0
    forged: int = 0
    lured: int = 0
    addresses: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return (
            f"matrix: {len(self.addresses)} addresses, {self.cells} cells "
            f"({self.twins} refusals compared with the answer to a missing object), "
            f"{self.mismatches} mismatches; "
            f"{self.mutants - self.survivors} of {self.mutants} mutants of the policy caught; "
            f"{self.forged} forged requests and {self.lured} lures to other sites refused"
        )
