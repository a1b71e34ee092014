using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Linux.DamonFs;

/// <summary>What the files of one directory tell and take. All members only under <see cref="DamonFileSystem.Gate"/>.</summary>
/// <param name="era">Its rules.</param>
sealed class DamonFsContext(DamonFsEra era)
{
    List<DamonFsTarget> _targets = [];

    internal DamonFsAttributes Attributes { get; set; } = new(5_000, 100_000, era.DefaultUpdateUs, 10, 1_000);

    internal AddressSpace AddressSpace { get; private set; }

    internal IReadOnlyList<DamonFsTarget> Targets => _targets;

    internal IReadOnlyList<DamonFsScheme> Schemes { get; set; } = [];

    internal DamonFsRecording Recording { get; set; } = DamonFsRecording.Default;

    /// <summary>The run that is prepared, under way or ending; null when there is none.</summary>
    internal ContextRun? Run { get; set; }

    /// <summary>Whether its directory is gone. Who still has a file of it open gets EIO.</summary>
    internal bool IsRemoved { get; private set; }

    /// <exception cref="DamonFsException">The directory is gone.</exception>
    internal void ThrowIfRemoved()
    {
        if (IsRemoved)
        {
            throw new DamonFsException(Errno.EIO);
        }
    }

    /// <exception cref="DamonFsException">The directory is gone, or the context runs.</exception>
    internal void ThrowIfNotChangeable(Errno busy = Errno.EBUSY)
    {
        ThrowIfRemoved();
        if (Run is not null)
        {
            throw new DamonFsException(busy);
        }
    }

    /// <summary>Takes over other targets; those before go with their regions.</summary>
    internal void SetTargets(AddressSpace addressSpace, List<DamonFsTarget> targets)
    {
        ClearTargets();
        _targets = targets;
        AddressSpace = addressSpace;
    }

    internal void ClearTargets()
    {
        foreach (DamonFsTarget target in _targets)
        {
            target.Dispose();
        }

        _targets = [];
    }

    internal void ClearRegions()
    {
        foreach (DamonFsTarget target in _targets)
        {
            target.Regions.Clear();
        }
    }

    internal void Remove()
    {
        ClearTargets();
        IsRemoved = true;
    }
}
