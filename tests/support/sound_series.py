"""What holds for series that were read, whatever file they come from."""

import numpy as np

from engine.data.series import SeriesSet


def check_sound(loaded: SeriesSet) -> None:
    """Check the shapes, the names, the values and the timestamps of series."""
    assert len(loaded) > 0
    assert len({one.item_id for one in loaded.series}) == len(loaded)
    for one in loaded.series:
        assert one.targets.shape == (len(loaded.target_names), one.length)
        assert not np.isinf(one.targets).any()
        assert not np.isnan(one.targets).all()
        if one.timestamps is not None:
            assert one.timestamps.shape == (one.length,)
            assert (one.timestamps[1:] > one.timestamps[:-1]).all()
        if loaded.known_covariate_names:
            assert one.known_covariates.shape[1] >= one.length
