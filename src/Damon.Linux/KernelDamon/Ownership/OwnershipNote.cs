using Damon.Linux.KernelDamon.Files;

namespace Damon.Linux.KernelDamon.Ownership;

/// <summary>The note of a run that lives, and its right to what is noted.</summary>
sealed class OwnershipNote : IDisposable
{
    readonly OwnershipNotes _notes;
    readonly FileStream _lock;
    readonly string _name;

    internal OwnershipNote(OwnershipNotes notes, FileStream taken, string name, KernelClaim claim)
    {
        _notes = notes;
        _lock = taken;
        _name = name;
        Claim = claim;
    }

    /// <summary>What is noted.</summary>
    public KernelClaim Claim { get; private set; }

    /// <summary>Notes something. To be done before it is taken where that is possible, so that nothing is ever taken without a note.</summary>
    /// <exception cref="KernelDamonException">The note cannot be written.</exception>
    public void Save(Func<KernelClaim, KernelClaim> change)
    {
        KernelClaim next = change(Claim);
        _notes.Write(_name, next);
        Claim = next;
    }

    /// <summary>Whether the note stays when this is disposed of: something could not be given back.</summary>
    public bool Stays { get; set; }

    /// <summary>Gives the right back, and removes the note.</summary>
    public void Dispose()
    {
        if (!Stays)
        {
            _notes.Remove(_name);
        }

        _lock.Dispose();
    }
}
