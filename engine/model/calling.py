"""Call a model by compiled code, with a fallback to eager code."""

import logging
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from torch import Tensor

from engine.base.errors import Cancelled, first_line
from engine.base.memory import is_out_of_memory
from engine.config.attention import attention_kernels
from engine.config.settings import CompileConfig
from engine.model import findings
from engine.model.artifacts.manifest import ArtifactError
from engine.model.artifacts.running import AheadModel
from engine.model.compiling import CompiledModel, release_memory
from engine.model.counting import GraphBackend
from engine.model.header_cache import secure_headers
from engine.model.loading import LoadedModel
from engine.model.products import matrix_products
from engine.results.proof import CompileProof
from engine.runtime.events import Event, FellBack, FindingReported

logger = logging.getLogger(__name__)

_ONE_AT_A_TIME = threading.RLock()
"""torch.compile is not thread safe, and a call swaps compiled parts for eager ones."""


class ModelCalls:
    """Calls of one model under one configuration.

    Attributes:
        fallback_cause: Reason of the fallback to eager code; None without a fallback.
    """

    def __init__(
        self,
        model: LoadedModel,
        config: CompileConfig,
        emit: Callable[[Event], None],
        backend: GraphBackend | None = None,
    ) -> None:
        """Set up compilation if the configuration enables it; compile nothing yet.

        Args:
            model: The loaded model.
            config: The configuration.
            emit: Receives findings and the fallback.
            backend: Generates the code instead of the configured backend.
        """
        self.fallback_cause: str | None = None
        self._model, self._config, self._emit = model, config, emit
        self._compiled: CompiledModel | AheadModel | None = None
        if config.compiles_ahead and backend is None:
            self._use_artifact()
        elif config.enabled:
            self._compile(backend)

    def _compile(self, backend: GraphBackend | None) -> None:
        """Set up torch.compile."""
        if self._config.backend == "inductor" and (finding := secure_headers()):
            self._emit(FindingReported(finding))
        try:
            # Another thread may have swapped compiled parts for the eager ones.
            with _ONE_AT_A_TIME:
                self._compiled = CompiledModel(self._model.pipeline, self._config, backend)
        except Exception as error:
            self._fall_back(f"torch.compile could not be set up: {first_line(error)}.", error)

    def _use_artifact(self) -> None:
        """Run the code of the configured artifact, or eager code if it does not fit."""
        try:
            with _ONE_AT_A_TIME:
                self._compiled = AheadModel(self._model, self._config)
        except ArtifactError as error:
            self.fallback_cause = error.sentence
            self._emit(FindingReported(findings.artifact_refused(error)))
        except Exception as error:
            self._fall_back(f"The artifact could not be opened: {first_line(error)}.", error)

    def proof(self) -> CompileProof | None:
        """Return what torch.compile did so far; None if compilation is off."""
        return self._compiled.proof() if self._compiled else None

    @contextmanager
    def as_configured(self) -> Iterator[None]:
        """Call the model with the configured kernels and products within this scope."""
        kernels = attention_kernels(self._config.attention, self._config.sdpa_backends)
        products = matrix_products(self._config.matmul_precision)
        with _ONE_AT_A_TIME, kernels, products, warnings.catch_warnings():
            # `findings.long_horizon` reports this once instead of for every batch.
            warnings.filterwarnings("ignore", message="We recommend keeping prediction length")
            # Its advice would make float32 less exact than the limits require.
            warnings.filterwarnings("ignore", message="TensorFloat32 tensor cores")
            yield

    def guarded(self, shape: str, run: Callable[[], Tensor], *, divisible: bool = False) -> Tensor:
        """Call the model by compiled code, or by eager code after a fallback.

        Args:
            shape: The call in words, for the proof and for errors.
            run: Calls the pipeline's model; called again in eager if compiled code fails.
            divisible: Whether the caller makes smaller batches if memory runs out. Then compiled
                code that runs out of memory is no reason for a fallback.
        """
        with self.as_configured():
            if self._compiled is None or self.fallback_cause:
                return run()
            found = self._run_compiled(self._compiled, shape, run, divisible)
            if found is None:
                return run()
            if found.isfinite().all():
                return found
            eager = run()
            if found[eager.isfinite()].isfinite().all():
                return found
            self._fall_back(
                f"The compiled model gave NaN or infinity at {shape} where eager is finite."
            )
            return eager

    def _run_compiled(
        self,
        compiled: CompiledModel | AheadModel,
        shape: str,
        run: Callable[[], Tensor],
        divisible: bool,
    ) -> Tensor | None:
        """Call the model by compiled code; fall back and return None if it fails."""
        try:
            with compiled.running(shape):
                return run()
        except Cancelled:
            raise
        except Exception as error:
            ran_out = is_out_of_memory(error)
            if ran_out and divisible:
                raise
            self._fall_back(f"The compiled model failed at {shape}: {first_line(error)}.", error)
        # Only now, because the error held references to the tensors of the failed call.
        if ran_out:
            release_memory()
        return None

    def _fall_back(self, cause: str, error: Exception | None = None) -> None:
        self.fallback_cause = cause
        if error is not None:
            logger.info("Fell back to eager code", exc_info=error)
        self._emit(FellBack(cause))
