"""Plan the batches of one forecaster: as configured, or of a fast size, and within memory."""

from collections.abc import Callable, Iterable, Sequence

from engine.base.findings import Finding
from engine.config.settings import CompileConfig
from engine.model import findings
from engine.model.batch_sizes import FastestBatch
from engine.model.batches import Batch
from engine.model.loading import LoadedModel, available_memory
from engine.model.memory_need import BlockSizes, memory_need
from engine.model.planning import BatchLimit, Sizes

HEADROOM = 1.5
"""Times the memory of a batch's tensors that must be free: the allocator of a CPU keeps some."""

WORTH_A_LOOK = 200_000_000
"""Bytes that a batch must need before the free memory is looked up."""


class BatchPlanner:
    """Plans batches, and remembers how large they may be after memory ran out."""

    def __init__(
        self,
        model: LoadedModel,
        config: CompileConfig,
        report: Callable[[Finding], None],
        call: Callable[[Batch], object],
    ) -> None:
        """Plan nothing yet.

        Args:
            model: The model.
            config: The configuration that it runs under.
            report: Receives a finding about a batch that would not fit in memory.
            call: Forecasts a batch by eager code, to measure its time.
        """
        self._model, self._config, self._report = model, config, report
        self._fastest = FastestBatch(model, config, call)
        self._most_tokens: int | None = None

    def plan(
        self, sizes: Sizes, batch_size: int | None = None, items: Iterable[int] | None = None
    ) -> list[list[int]]:
        """Return the items of each batch.

        Args:
            sizes: What the items ask of the model.
            batch_size: Largest number of rows in a batch; as configured if None.
            items: The items to plan for; all if None.
        """
        rows = self._config.batch_size if batch_size is None else batch_size
        tokens = self._fastest.tokens(sizes.tokens) if rows is None else None
        limit = BatchLimit(rows, tokens)
        chosen = None if items is None else list(items)
        while True:
            batches = sizes.plan(limit.within(self._most_tokens), chosen)
            if not (too_large := self._too_large(sizes, batches)):
                return batches
            self.halve(sizes.tokens_of(too_large))

    def halve(self, tokens: int) -> None:
        """Plan batches of at most half as many tokens from now on."""
        self._most_tokens = tokens // 2

    def _too_large(self, sizes: Sizes, batches: Sequence[Sequence[int]]) -> Sequence[int]:
        """Return a batch of several items that does not fit in memory, and report it; else none."""
        model = self._model.pipeline.model
        blocks = BlockSizes.of_model(model)
        shapes = {(sizes.rows_of(one), sizes.patches_of(one)): one for one in batches}
        needs = {
            memory_need(blocks, self._config, *shape): batch
            for shape, batch in shapes.items()
            if len(batch) > 1
        }
        largest = max(needs, default=0)
        need = int(HEADROOM * largest)
        if need < WORTH_A_LOOK or need <= (free := available_memory(model.device)):
            return ()
        self._report(findings.memory_too_small(sizes.rows_of(needs[largest]), need, free))
        return needs[largest]
