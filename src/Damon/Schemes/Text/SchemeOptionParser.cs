using System.Globalization;
using Damon.Numbers;

namespace Damon.Schemes.Text;

/// <summary>Makes schemes of <c>--damos_*</c> options: each action makes one, and the n-th of every other option belongs to the n-th action.</summary>
sealed class SchemeOptionParser
{
    readonly Dictionary<string, List<IReadOnlyList<string>>> _given = new(StringComparer.Ordinal);

    readonly Action<string>? _onRemark;

    SchemeOptionParser(IEnumerable<SchemeOption> options, Action<string>? onRemark)
    {
        _onRemark = onRemark;
        foreach (SchemeOption option in options)
        {
            if (!SchemeOptionNames.All.Contains(option.Name))
            {
                throw new SchemeTextException($"there is no option {SchemeTextSource.Quote(option.Name)} for schemes");
            }

            if (!_given.TryGetValue(option.Name, out List<IReadOnlyList<string>>? values))
            {
                _given.Add(option.Name, values = []);
            }

            values.Add(option.Arguments);
        }
    }

    /// <summary>The schemes, in the order of their actions.</summary>
    /// <param name="options">The options, those of one name in their order.</param>
    /// <param name="onRemark">Gets one line on each scheme that would take memory no matter how much it is accessed; null for none.</param>
    /// <exception cref="SchemeTextException">An option is wrong, or there is one too many.</exception>
    public static IReadOnlyList<Scheme> Parse(IEnumerable<SchemeOption> options, Action<string>? onRemark = null) =>
        new SchemeOptionParser(options, onRemark).Schemes();

    List<Scheme> Schemes()
    {
        List<IReadOnlyList<string>> actions = Values(SchemeOptionNames.Action);
        if (actions.Count > SchemeLines.MaxSchemes)
        {
            throw new SchemeTextException($"too much {SchemeOptionNames.Action}: {SchemeLines.MaxSchemes} schemes are the most");
        }

        foreach (string name in SchemeOptionNames.PerScheme)
        {
            if (Values(name).Count > actions.Count)
            {
                throw new SchemeTextException($"too much {name}");
            }
        }

        List<List<SchemeFilter>> filters = Distribute(
            [.. Values(SchemeOptionNames.Filter).SelectMany(SchemeFilterWords.Parse)],
            SchemeOptionNames.Filter,
            SchemeOptionNames.NrFilters,
            actions.Count);
        List<List<QuotaGoal>> goals = Distribute(
            [.. Values(SchemeOptionNames.QuotaGoal).Select(Goal)],
            SchemeOptionNames.QuotaGoal,
            SchemeOptionNames.NrQuotaGoals,
            actions.Count);
        List<Scheme> schemes = [];
        for (int i = 0; i < actions.Count; i++)
        {
            (SchemeAction action, IReadOnlyList<MigrationDestination> destinations) = Action(actions[i]);
            if (SchemeNames.TakesMemory(action) && Values(SchemeOptionNames.AccessRate).Count <= i)
            {
                string name = SchemeNames.Of(action);
                _onRemark?.Invoke(
                    $"{name} takes memory in use too, for it has no {SchemeOptionNames.AccessRate}; '{SchemeOptionNames.AccessRate} 0 0' is idle memory only");
            }

            schemes.Add(new Scheme
            {
                Action = action,
                Destinations = destinations,
                Pattern = Pattern(i),
                ApplyIntervalUs = Value(SchemeOptionNames.ApplyInterval, i) is { } interval ? Microseconds(interval, SchemeOptionNames.ApplyInterval) : 0,
                Quota = Quota(i) with { Goals = goals[i] },
                Watermarks = Watermarks(i),
                Filters = filters[i],
                MaxNrSnapshots = Value(SchemeOptionNames.MaxNrSnapshots, i) is { } most ? Whole(most, SchemeOptionNames.MaxNrSnapshots, ulong.MaxValue) : 0,
            });
        }

        CheckContexts(schemes.Count);
        return schemes;
    }

    /// <summary>This tool has one context, so the counts are only looked at.</summary>
    void CheckContexts(int schemes)
    {
        string name = SchemeOptionNames.NrSchemes;
        ulong[] counts = [.. Values(name).SelectMany(v => v).Select(c => Whole(c, name, int.MaxValue))];
        if (counts.Length > 0 && (counts[0] != (ulong)schemes || counts.Skip(1).Any(c => c > 0)))
        {
            throw Wrong($"{name} must be {schemes}, the number of schemes: there is one context");
        }
    }

    static (SchemeAction Action, IReadOnlyList<MigrationDestination> Destinations) Action(IReadOnlyList<string> words)
    {
        string name = SchemeOptionNames.Action;
        if (words.Count == 0 || !SchemeNames.TryParse(words[0], out SchemeAction action))
        {
            throw NotA(name, words.Count == 0 ? "" : words[0], "action", $"one of {SchemeNames.Actions}");
        }

        if (!SchemeNames.IsMigration(action))
        {
            return words.Count == 1
                ? (action, [])
                : throw Wrong($"{name} {words[0]}: nothing is expected behind this action, but {SchemeTextSource.Quote(words[1])}");
        }

        if (words.Count == 2)
        {
            return (action, [new MigrationDestination((int)Whole(words[1], name, int.MaxValue), 1)]);
        }

        if (words.Count % 2 == 0 || words.Count == 1)
        {
            throw Wrong($"{name} {words[0]}: write the node to move to, or nodes with their weights: id weight id weight ...");
        }

        List<MigrationDestination> destinations = [];
        for (int i = 1; i < words.Count; i += 2)
        {
            destinations.Add(new MigrationDestination((int)Whole(words[i], name, int.MaxValue), (uint)Whole(words[i + 1], name, uint.MaxValue)));
        }

        return (action, destinations);
    }

    AccessPattern Pattern(int index)
    {
        AccessPattern pattern = new();
        if (Values(SchemeOptionNames.Size, index, 2) is { } sizes)
        {
            pattern = pattern with { MinSize = Bytes(sizes[0], SchemeOptionNames.Size), MaxSize = Bytes(sizes[1], SchemeOptionNames.Size) };
        }

        if (Values(SchemeOptionNames.AccessRate, index, 2) is { } rates)
        {
            pattern = pattern with { MinNrAccesses = Rate(rates[0]), MaxNrAccesses = Rate(rates[1]) };
        }

        if (Values(SchemeOptionNames.Age, index, 2) is { } ages)
        {
            pattern = pattern with { MinAge = Age(ages[0]), MaxAge = Age(ages[1]) };
        }

        return pattern.Check() is { } fault ? throw Wrong(fault) : pattern;
    }

    SchemeQuota Quota(int index)
    {
        SchemeQuota quota = new();
        string name = SchemeOptionNames.Quotas;
        if (Values(name).Count > index)
        {
            IReadOnlyList<string> words = Values(name)[index];
            const int Most = 6;
            if (words.Count is 0 or > Most)
            {
                throw new SchemeTextException(
                    $"Wrong {name} ({words.Count} arguments are given; write time, size, reset interval and three weights, or some of the first)");
            }

            quota = quota with
            {
                TimeMs = Milliseconds(words[0], name),
                SizeBytes = words.Count > 1 ? Bytes(words[1], name) : 0,
                ResetIntervalMs = words.Count > 2 ? Milliseconds(words[2], name) : ulong.MaxValue,
                SizeWeight = words.Count > 3 ? Permil(words[3], name) : 0,
                NrAccessesWeight = words.Count > 4 ? Permil(words[4], name) : 0,
                AgeWeight = words.Count > 5 ? Permil(words[5], name) : 0,
            };
        }
        else
        {
            quota = QuotaOfParts(index);
        }

        if (Values(SchemeOptionNames.FailChargeRatio, index, 2) is { } ratio)
        {
            quota = quota with
            {
                FailChargeNumerator = (uint)Whole(ratio[0], SchemeOptionNames.FailChargeRatio, uint.MaxValue),
                FailChargeDenominator = (uint)Whole(ratio[1], SchemeOptionNames.FailChargeRatio, uint.MaxValue),
            };
        }

        if (Value(SchemeOptionNames.QuotaGoalTuner, index) is { } tuner)
        {
            quota = SchemeNames.TryParse(tuner, out QuotaTuner known)
                ? quota with { Tuner = known }
                : throw NotA(SchemeOptionNames.QuotaGoalTuner, tuner, "tuner", $"one of {SchemeNames.Tuners}");
        }

        return quota;
    }

    /// <summary>The quota of the options that say one thing each. Without the window they would have no effect, which cannot be meant.</summary>
    SchemeQuota QuotaOfParts(int index)
    {
        string? time = Value(SchemeOptionNames.QuotaTime, index);
        string? size = Value(SchemeOptionNames.QuotaSpace, index);
        IReadOnlyList<string>? weights = Values(SchemeOptionNames.QuotaWeights, index, 3);
        if (Value(SchemeOptionNames.QuotaInterval, index) is not { } interval)
        {
            string? lost = time is not null ? SchemeOptionNames.QuotaTime
                : size is not null ? SchemeOptionNames.QuotaSpace
                : weights is not null ? SchemeOptionNames.QuotaWeights
                : null;
            return lost is null ? new SchemeQuota() : throw Wrong($"{lost} needs {SchemeOptionNames.QuotaInterval}");
        }

        return new SchemeQuota
        {
            TimeMs = time is null ? 0 : Milliseconds(time, SchemeOptionNames.QuotaTime),
            SizeBytes = size is null ? 0 : Bytes(size, SchemeOptionNames.QuotaSpace),
            ResetIntervalMs = Milliseconds(interval, SchemeOptionNames.QuotaInterval),
            SizeWeight = weights is null ? 1 : Permil(weights[0], SchemeOptionNames.QuotaWeights),
            NrAccessesWeight = weights is null ? 1 : Permil(weights[1], SchemeOptionNames.QuotaWeights),
            AgeWeight = weights is null ? 1 : Permil(weights[2], SchemeOptionNames.QuotaWeights),
        };
    }

    static QuotaGoal Goal(IReadOnlyList<string> words)
    {
        string name = SchemeOptionNames.QuotaGoal;
        if (words.Count == 0 || !SchemeNames.TryParse(words[0], out QuotaGoalMetric metric))
        {
            throw NotA(name, words.Count == 0 ? "" : words[0], "metric", $"one of {SchemeNames.GoalMetrics}");
        }

        bool hasMemcg = GoalText.HasMemcg(metric);
        bool hasNode = GoalText.HasNode(metric);
        int least = hasMemcg ? 4 : hasNode ? 3 : 2;
        int most = hasNode ? least : 3;
        if (words.Count < least || words.Count > most)
        {
            throw Wrong(
                $"{name} {words[0]}: write "
                    + $"{(hasMemcg ? "metric, target value, node, and cgroup" : hasNode ? "metric, target value, and node" : "metric, target value, and if known the current value")}");
        }

        QuotaGoal goal = new()
        {
            Metric = metric,
            TargetValue = Value(words[1]),
            CurrentValue = !hasNode && words.Count > 2 ? Value(words[2]) : 0,
            NodeId = hasNode ? (int)Whole(words[2], name, int.MaxValue) : 0,
            MemcgPath = hasMemcg ? words[3] : null,
        };
        return goal.TargetValue > 0 ? goal : throw Wrong($"{name} {words[0]}: the target value must be above 0");

        ulong Value(string text) =>
            GoalText.TryParse(text, metric, false, out ulong value) ? value : throw NotA(name, text, "value of a goal", GoalText.Forms(metric));
    }

    Watermarks Watermarks(int index)
    {
        string name = SchemeOptionNames.Watermarks;
        if (Values(name).Count <= index)
        {
            return new Watermarks();
        }

        IReadOnlyList<string> words = Values(name)[index];
        const int Needed = 5;
        string? fault = words.Count != Needed ? $"{words.Count} arguments are given; write metric, interval, high, mid and low" : null;
        Watermarks marks = new();
        if (fault is null)
        {
            fault = !SchemeNames.TryParse(words[0], out WatermarkMetric metric)
                ? $"{SchemeTextSource.Quote(words[0])} is no metric; write one of {SchemeNames.WatermarkMetrics}"
                : null;
            marks = marks with
            {
                Metric = metric,
                IntervalUs = Microseconds(words[1], name),
                High = Permil(words[2], name),
                Mid = Permil(words[3], name),
                Low = Permil(words[4], name),
            };
        }

        return (fault ?? marks.Check()) is { } wrong ? throw new SchemeTextException($"Wrong {name} ({wrong})") : marks;
    }

    List<List<T>> Distribute<T>(List<T> items, string name, string countsName, int schemes)
    {
        List<List<T>> lists = [];
        if (Values(countsName).Count == 0)
        {
            if (items.Count > 0 && schemes == 0)
            {
                throw new SchemeTextException($"too much {name}");
            }

            if (items.Count > 0 && schemes > 1)
            {
                throw new SchemeTextException($"{countsName} required");
            }

            for (int i = 0; i < schemes; i++)
            {
                lists.Add(items);
            }

            return lists;
        }

        List<ulong> counts = [.. Values(countsName).SelectMany(v => v).Select(c => Whole(c, countsName, int.MaxValue))];
        ulong sum = 0;
        foreach (ulong count in counts)
        {
            sum += count;
        }

        if (counts.Count > schemes || sum != (ulong)items.Count)
        {
            throw new SchemeTextException($"wrong {countsName}");
        }

        int next = 0;
        for (int i = 0; i < schemes; i++)
        {
            int count = i < counts.Count ? (int)counts[i] : 0;
            lists.Add(items.GetRange(next, count));
            next += count;
        }

        return lists;
    }

    List<IReadOnlyList<string>> Values(string name) => _given.GetValueOrDefault(name) ?? [];

    IReadOnlyList<string>? Values(string name, int index, int count) =>
        Values(name) is var values && index >= values.Count ? null
        : values[index].Count == count ? values[index]
        : throw Wrong(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name} takes {count} argument{(count == 1 ? "" : "s")}, but {values[index].Count} {(values[index].Count == 1 ? "is" : "are")} given"));

    string? Value(string name, int index) => Values(name, index, 1)?[0];

    static ulong Bytes(string text, string name) =>
        QuantityText.TryBytes(text, false, out ulong bytes) ? bytes : throw NotA(name, text, "size", "min, max, bytes, or a size like 4K or 2MiB");

    static ulong Microseconds(string text, string name) =>
        QuantityText.TryMicroseconds(text, 1, out Amount us) ? us.Cut() : throw NotA(name, text, "time", "microseconds, or a time like 5ms");

    static ulong Milliseconds(string text, string name) =>
        QuantityText.TryMilliseconds(text, false, out ulong ms) ? ms : throw NotA(name, text, "time", "milliseconds, or a time like 1s");

    static uint Permil(string text, string name) =>
        QuantityText.TryPart(text, 1000, out Amount part) && part.Cut() is <= uint.MaxValue and var value
            ? (uint)value
            : throw NotA(name, text, "part", "a number in 1/1000, or a percentage with %");

    static ulong Whole(string text, string name, ulong most) =>
        QuantityText.TryWhole(text, most, out ulong value) ? value
        : throw NotA(name, text, "number that is accepted", most == ulong.MaxValue ? "a whole number" : $"a whole number up to {most}");

    static PatternBound Rate(string text) =>
        PatternBoundText.TryAccess(text, out PatternBound bound)
            ? bound
            : throw NotA(SchemeOptionNames.AccessRate, text, "access rate", "min, max, or a percentage");

    static PatternBound Age(string text) =>
        PatternBoundText.TryAge(text, out PatternBound bound)
            ? bound
            : throw NotA(SchemeOptionNames.Age, text, "age", "min, max, microseconds, or a time like 5s");

    static SchemeTextException NotA(string name, string text, string what, string forms) =>
        Wrong($"{name}: {SchemeTextSource.Quote(text)} is no {what}; write {forms}");

    internal static SchemeTextException Wrong(string detail) => new($"Wrong '--damos_*' argument ({detail})");
}
