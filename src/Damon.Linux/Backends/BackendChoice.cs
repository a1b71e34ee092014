namespace Damon.Linux.Backends;

/// <summary>Which backend monitors, and why.</summary>
/// <param name="Backend">The backend.</param>
/// <param name="Why">The reason in a few words, for the user.</param>
sealed record BackendChoice(IDamonBackend Backend, string Why)
{
    /// <summary>The word by which users leave it to the program.</summary>
    public const string Auto = "auto";

    /// <summary>Chooses.</summary>
    /// <param name="wanted">What the user named: <see cref="Auto"/>, or the name of a backend.</param>
    /// <param name="backends">The best first; the last is the one that works everywhere.</param>
    /// <param name="request">What is to be done.</param>
    /// <exception cref="BackendException">The backend that was named cannot be used, or there is none of that name.</exception>
    public static BackendChoice Choose(string wanted, IReadOnlyList<IDamonBackend> backends, MonitoringRequest request)
    {
        ArgumentNullException.ThrowIfNull(backends);
        ArgumentNullException.ThrowIfNull(request);
        if (wanted != Auto)
        {
            IDamonBackend named = backends.FirstOrDefault(b => b.Name == wanted)
                ?? throw new BackendException($"there is no backend '{wanted}'; there are {Auto}, {string.Join(", ", backends.Select(b => b.Name))}");
            return named.WhyNot(request) is { } reason ? throw Unusable(named, reason) : new BackendChoice(named, "asked for");
        }

        List<string> reasons = [];
        foreach (IDamonBackend backend in backends.SkipLast(1))
        {
            if (backend.WhyNot(request) is not { } reason)
            {
                return new BackendChoice(backend, "nobody else uses it");
            }

            if (backend.IsPresent)
            {
                reasons.Add($"{backend.Name}: {reason}");
            }
        }

        return new BackendChoice(backends[^1], reasons.Count == 0 ? "the kernel offers no DAMON here" : string.Join("; ", reasons));
    }

    /// <summary>The error for a backend that was named and cannot be used.</summary>
    public static BackendException Unusable(IDamonBackend backend, string reason) => new($"{backend.Name} cannot be used: {reason}");
}
