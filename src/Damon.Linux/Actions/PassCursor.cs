using Damon.Monitoring;

namespace Damon.Linux.Actions;

/// <summary>Where a pass of a scheme over the regions ran out of time, so that the next one goes on there.</summary>
sealed class PassCursor
{
    ulong _last = ulong.MaxValue;
    ulong? _resume;
    bool _isSkipping;

    /// <summary>Where to begin in a region. Regions of one pass come in address order.</summary>
    /// <returns>Null when an earlier pass has done it.</returns>
    internal ulong? Begin(AddressRange region)
    {
        if (region.Start <= _last)
        {
            // A new pass. If the last one never came to the place, it does not match any more.
            _resume = _isSkipping ? null : _resume;
            _isSkipping = _resume is not null;
        }

        _last = region.Start;
        if (!_isSkipping)
        {
            return region.Start;
        }

        if (region.End <= _resume)
        {
            return null;
        }

        ulong start = Math.Max(region.Start, _resume!.Value);
        _isSkipping = false;
        _resume = null;
        return start;
    }

    /// <summary>Time ran out; only the first place of a pass counts.</summary>
    internal void Stop(ulong at) => _resume ??= at;
}
