using System.Collections.Immutable;
using System.Globalization;
using Damon.Monitoring;
using Damon.Numbers;

namespace Damon.Simulation;

/// <content>The text form.</content>
public sealed partial class SimulatedPattern
{
    const int MaxLineLength = 1_000;

    /// <summary>Reads the text form of a script, one item per line; see docs/simulation.md.</summary>
    /// <remarks>
    /// <c>map START SIZE [from TIME] [until TIME]</c>, <c>phase TIME</c> followed by its
    /// <c>access START SIZE always|every TIME</c>, <c>repeat</c>, <c>die TIME</c>. Empty lines and everything behind <c>#</c> are skipped.
    /// Addresses and sizes are bytes, decimal or 0x hexadecimal, or decimal with K, M, G, T or P (powers of 1024). Times need a unit: us, ms, s, min or h.
    /// </remarks>
    /// <exception cref="FormatException">A line is not understood or out of range; the message begins with <c>line N:</c>.</exception>
    public static SimulatedPattern Parse(string text)
    {
        List<SimulatedMapping> mappings = [];
        List<SimulatedPhase> phases = [];
        ImmutableArray<SimulatedAccess>.Builder accesses = ImmutableArray.CreateBuilder<SimulatedAccess>();
        long phaseUs = 0;
        bool repeats = false;
        long? diesAtUs = null;
        int number = 0;
        int items = 0;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            number++;
            int comment = raw.IndexOf('#');
            ReadOnlySpan<char> line = (comment < 0 ? raw : raw[..comment]).Trim();
            if (line.IsEmpty)
            {
                continue;
            }

            try
            {
                string[] words = Words(line);
                if (++items > MaxItems)
                {
                    throw new FormatException($"more than {MaxItems} items");
                }

                switch (words[0])
                {
                    case "map":
                        mappings.Add(ParseMap(words));
                        break;
                    case "phase":
                        Expect(words, 2, "phase TIME");
                        EndPhase();
                        phaseUs = ParseTime(words[1]);
                        break;
                    case "access":
                        if (phaseUs == 0)
                        {
                            throw new FormatException("'access' must come after a 'phase'");
                        }

                        accesses.Add(ParseAccess(words));
                        break;
                    case "repeat":
                        Expect(words, 1, "repeat");
                        repeats = true;
                        break;
                    case "die":
                        Expect(words, 2, "die TIME");
                        diesAtUs = ParseTime(words[1]);
                        break;
                    default:
                        throw new FormatException($"'{words[0]}' is not known; it must be map, phase, access, repeat or die");
                }

                string? fault = words[0] == "map" ? Fault(mappings[^1]) : phaseUs > 0 ? Fault(new SimulatedPhase(phaseUs, accesses.ToImmutable())) : null;
                if (fault is not null)
                {
                    throw new FormatException(fault);
                }
            }
            catch (FormatException e)
            {
                throw new FormatException($"line {number}: {e.Message}", e);
            }
        }

        EndPhase();
        return Fault([.. mappings], [.. phases], diesAtUs) is { } wholeFault
            ? throw new FormatException($"line {number}: {wholeFault}")
            : new SimulatedPattern(mappings, phases, repeats, diesAtUs);

        void EndPhase()
        {
            if (phaseUs > 0)
            {
                phases.Add(new(phaseUs, accesses.ToImmutable()));
                accesses.Clear();
            }
        }
    }

    static SimulatedMapping ParseMap(string[] words)
    {
        const string Form = "map START SIZE [from TIME] [until TIME]";
        if (words.Length is not (3 or 5 or 7))
        {
            throw new FormatException($"expected '{Form}'");
        }

        SimulatedMapping mapping = new(ParseRange(words[1], words[2]));
        int next = 3;
        if (next < words.Length && words[next] == "from")
        {
            mapping = mapping with { FromUs = ParseTime(words[next + 1]) };
            next += 2;
        }

        if (next < words.Length && words[next] == "until")
        {
            mapping = mapping with { UntilUs = ParseTime(words[next + 1]) };
            next += 2;
        }

        return next == words.Length ? mapping : throw new FormatException($"expected '{Form}'");
    }

    static SimulatedAccess ParseAccess(string[] words)
    {
        const string Form = "access START SIZE always|every TIME";
        return words switch
        {
            [_, var start, var size, "always"] => new(ParseRange(start, size), SimulatedAccess.Always),
            [_, var start, var size, "every", var time] => new(ParseRange(start, size), ParseTime(time)),
            _ => throw new FormatException($"expected '{Form}'"),
        };
    }

    static AddressRange ParseRange(string startText, string sizeText)
    {
        ulong start = ParseBytes(startText);
        ulong size = ParseBytes(sizeText);
        if (size == 0 || size > ulong.MaxValue - start)
        {
            throw new FormatException($"a range of {sizeText} bytes at {startText} is empty or ends behind the last address");
        }

        return new(start, start + size);
    }

    static ulong ParseBytes(string word)
    {
        ulong value;
        if (word.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            if (ulong.TryParse(word.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value))
            {
                return value;
            }
        }
        else
        {
            int shift = 10 * ("KMGTP".IndexOf(char.ToUpperInvariant(word[^1])) + 1);
            ReadOnlySpan<char> digits = shift > 0 ? word.AsSpan(0, word.Length - 1) : word;
            if (ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= ulong.MaxValue >> shift)
            {
                return value << shift;
            }
        }

        throw new FormatException($"'{word}' is not a number of bytes such as 4096, 0x1000, 64K or 1G");
    }

    static long ParseTime(string word)
    {
        int digits = word.AsSpan().IndexOfAnyExceptInRange('0', '9');
        long unitUs = digits <= 0 ? 0 : (long)(Units.Time(word.AsSpan(digits), ignoreCase: false) / 1000);
        if (unitUs == 0
            || !long.TryParse(word.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            || value == 0
            || value > MaxTimeUs / unitUs)
        {
            throw new FormatException($"'{word}' is not a time such as 500us, 5ms, 2s, 1min or 1h, above 0 and at most 100 years");
        }

        return value * unitUs;
    }

    static string[] Words(ReadOnlySpan<char> line) => line.Length > MaxLineLength
        ? throw new FormatException($"the line has {line.Length} characters, but must not have more than {MaxLineLength}")
        : line.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    static void Expect(string[] words, int count, string form)
    {
        if (words.Length != count)
        {
            throw new FormatException($"expected '{form}'");
        }
    }
}
