using Damo.CommandLine;
using Damon.Monitoring;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damo.Recording;

/// <summary>What a parameter file of the DAMON tools (<c>--kdamonds</c>) says about what to monitor, and how.</summary>
sealed record KdamondsFile
{
    const int MaxBytes = 16 << 20;

    /// <summary>What it monitors; null where it names nothing.</summary>
    public TargetSpecification? Target { get; private init; }

    /// <summary>The addresses to monitor; empty for all.</summary>
    public IReadOnlyList<AddressRange> Regions { get; private init; } = [];

    /// <summary>Intervals and limits.</summary>
    public required MonitoringAttributes Attributes { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="terminal">Told in one line about each thing in it that has no effect on a recording.</param>
    /// <exception cref="UserErrorException">It cannot be read, or asks for what one recording cannot do.</exception>
    public static KdamondsFile Load(string path, Terminal terminal)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using StreamReader reader = new(file);
            char[] text = new char[MaxBytes];
            int length = reader.ReadBlock(text, 0, MaxBytes);
            return length < MaxBytes
                ? Parse(new string(text, 0, length), path, terminal)
                : throw new UserErrorException($"'{path}' is no kdamonds file: it has more than {MaxBytes >> 20} MiB");
        }
        catch (SchemeTextException e)
        {
            throw new UserErrorException(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"'{path}' cannot be read: {FailureReason.Of(e)}");
        }
    }

    static KdamondsFile Parse(string text, string path, Terminal terminal)
    {
        ContextSpecification[] contexts = [.. SchemeFile.ParseKdamonds(text, path, line => terminal.Say(line)).SelectMany(static k => k.Contexts)];
        if (contexts is not [var context])
        {
            throw new UserErrorException($"'{path}' has {contexts.Length} contexts, and a recording has one; leave one in it");
        }

        if (context.AddressUnit != 1)
        {
            throw new UserErrorException($"'{path}': addr_unit is {context.AddressUnit}, and only addresses in bytes can be recorded");
        }

        if (context.Schemes.Count > 0)
        {
            terminal.Say($"'{path}': its schemes are not applied; 'damo schemes --schemes {path} TARGET' does that");
        }

        if (context.IntervalsGoal.AccessBp > 0)
        {
            terminal.Say($"'{path}': its intervals goal is not followed; the intervals stay as they are");
        }

        ContextTarget[] targets = [.. context.Targets.Where(static t => !t.IsObsolete)];
        return targets.Any(t => !t.Regions.SequenceEqual(targets[0].Regions))
            ? throw new UserErrorException($"'{path}': its targets have different regions, and those of a recording are the same for all")
            : context.Attributes.Check() is { } fault
            ? throw new UserErrorException($"'{path}': {fault}")
            : new KdamondsFile
            {
                Target = TargetOf(context.Operations, targets, path),
                Regions = targets is [var first, ..] ? first.Regions : [],
                Attributes = context.Attributes,
            };
    }

    static TargetSpecification? TargetOf(AddressSpace operations, ContextTarget[] targets, string path)
    {
        if (operations == AddressSpace.Physical)
        {
            return TargetSpecification.Physical;
        }

        if (operations == AddressSpace.FixedVirtual && targets.Any(static t => t.Regions.Count == 0))
        {
            throw new UserErrorException($"'{path}': fvaddr monitors given addresses only, and a target has no regions");
        }

        int[] pids = [.. targets.Select(static t => t.Pid).OfType<int>().Where(static pid => pid > 0).Distinct()];
        return pids.Length > 0 ? new TargetSpecification(null, pids) : null;
    }
}
