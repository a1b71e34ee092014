namespace Damon.Samples.ManagedCache;

/// <summary>A cache as its monitor sees it: numbered slots that are marked when they are accessed.</summary>
interface ISlots
{
    /// <summary>Number of slots.</summary>
    int Capacity { get; }

    /// <summary>Whether a slot was accessed since its mark was cleared.</summary>
    bool IsMarked(int slot);

    /// <summary>Clears the mark of a slot.</summary>
    void ClearMark(int slot);

    /// <summary>Empties a slot.</summary>
    /// <returns>False when there was nothing in it.</returns>
    bool Evict(int slot);
}
