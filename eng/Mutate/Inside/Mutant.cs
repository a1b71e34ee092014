using System;

namespace Damon;

/// <summary>Which change applies, and which ones a test has met.</summary>
static partial class Mutant
{
    /// <summary>The number of the change that applies, or -1.</summary>
    static readonly int s_active = int.Parse(Environment.GetEnvironmentVariable("MUTANT") ?? "-1");

    /// <summary>What was met since it was cleared; null when nobody asks.</summary>
    public static readonly bool[]? Met = Environment.GetEnvironmentVariable("MUTANTS_MET") is null ? null : new bool[100_000];

    public static bool On(int id)
    {
        if (Met is { } met)
        {
            met[id] = true;
        }

        return id == s_active;
    }
}
