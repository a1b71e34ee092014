using Damon.Linux.Native;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Linux.Actions;

/// <summary>Why actions did less than they were asked for, each reason once. Others than the writer may read <see cref="All"/> at any time.</summary>
sealed class ActionNotes
{
    const int MaxNotes = 100;

    readonly HashSet<(Scheme, Errno)> _saidErrors = [];
    volatile string[] _all = [];

    /// <summary>The notes, in the order of their first occurrence.</summary>
    internal IReadOnlyList<string> All => _all;

    /// <summary>Says something, unless it was said.</summary>
    internal void Say(string note)
    {
        if (!_all.Contains(note) && _all.Length < MaxNotes)
        {
            _all = [.. _all, note];
        }
    }

    /// <summary>Says once per scheme and error what the error means.</summary>
    internal void Say(Scheme scheme, Errno error, bool isCollapse)
    {
        if (_saidErrors.Count < MaxNotes && _saidErrors.Add((scheme, error)))
        {
            Say(scheme, Meaning(error, isCollapse));
        }
    }

    /// <summary>Says something of the action of a scheme, unless it was said.</summary>
    internal void Say(Scheme scheme, string note) => Say($"{SchemeNames.Of(scheme.Action)}: {note}");

    static string Meaning(Errno error, bool isCollapse) => (error, isCollapse) switch
    {
        (Errno.EPERM or Errno.EACCES, _) =>
            $"the kernel refuses it: {error.ToText()}; it takes CAP_SYS_NICE and the right to trace the process, so run as root",
        (Errno.EINVAL, true) => "some memory was left as it is, for it cannot have huge pages, or too little of it is in use (EINVAL)",
        (Errno.EINVAL, false) => "some memory was left as it is, for it is locked, or not of ordinary pages (EINVAL)",
        (Errno.ENOMEM, true) => "some memory was left as it is, for no huge page was free, or it was unmapped meanwhile (ENOMEM)",
        (Errno.ENOMEM, false) => "some memory was unmapped meanwhile (ENOMEM)",
        (Errno.EAGAIN or Errno.EBUSY, _) => $"some memory was left as it is, for its pages were busy ({error})",
        (Errno.EBADF, _) => "memory that belongs to no file was left as it is, for this kernel has no swap to read it from (EBADF)",
        _ => $"some memory was left as it is: {error.ToText()}",
    };
}
