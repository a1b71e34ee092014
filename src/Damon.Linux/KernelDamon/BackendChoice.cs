using Damon.Linux.Backends;
using Damon.Linux.KernelDamon.Files;

namespace Damon.Linux.KernelDamon;

/// <summary>Which backend monitors, and why.</summary>
/// <param name="Backend">The backend; null for the engine, while that stands beside this interface.</param>
/// <param name="Name">Its name.</param>
/// <param name="Why">The reason in a few words, for the user.</param>
sealed record BackendChoice(IDamonBackend? Backend, string Name, string Why)
{
    /// <summary>The engine in user space, which works everywhere.</summary>
    public const string Engine = "engine";

    /// <summary>The word by which users leave it to the program.</summary>
    public const string Auto = "auto";

    /// <summary>Chooses.</summary>
    /// <param name="wanted">What the user named: <see cref="Auto"/>, <see cref="Engine"/>, or the name of a backend.</param>
    /// <param name="backends">Those of the kernel, the best first.</param>
    /// <param name="request">What is to be done.</param>
    /// <exception cref="KernelDamonException">The backend that was named cannot be used, or there is none of that name.</exception>
    public static BackendChoice Choose(string wanted, IReadOnlyList<IDamonBackend> backends, MonitoringRequest request)
    {
        ArgumentNullException.ThrowIfNull(backends);
        ArgumentNullException.ThrowIfNull(request);
        if (wanted == Engine)
        {
            return new BackendChoice(null, Engine, "asked for");
        }

        if (wanted != Auto)
        {
            IDamonBackend named = backends.FirstOrDefault(b => b.Name == wanted)
                ?? throw new KernelDamonException($"there is no backend '{wanted}'; there are {Auto}, {Engine}, {string.Join(", ", backends.Select(b => b.Name))}");
            return named.WhyNot(request) is { } reason
                ? throw new KernelDamonException($"{named.Name} cannot be used: {reason}")
                : new BackendChoice(named, named.Name, "asked for");
        }

        List<string> reasons = [];
        foreach (IDamonBackend backend in backends)
        {
            if (backend.WhyNot(request) is not { } reason)
            {
                return new BackendChoice(backend, backend.Name, "nobody else uses it");
            }

            if (backend.IsPresent)
            {
                reasons.Add($"{backend.Name}: {reason}");
            }
        }

        return new BackendChoice(null, Engine, reasons.Count == 0 ? "the kernel offers no DAMON here" : string.Join("; ", reasons));
    }
}
