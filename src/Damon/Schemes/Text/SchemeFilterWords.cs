using Damon.Monitoring;
using Damon.Numbers;

namespace Damon.Schemes.Text;

/// <summary>
/// Filters as words of a command line: <c>allow|reject [none] TYPE [ARGUMENTS]</c>, or in the old order
/// <c>TYPE matching|nomatching [ARGUMENTS] [allow|reject]</c>; several may follow one another.
/// </summary>
static class SchemeFilterWords
{
    /// <exception cref="SchemeTextException">A word is not understood, or one is missing.</exception>
    public static List<SchemeFilter> Parse(IReadOnlyList<string> words)
    {
        List<SchemeFilter> filters = [];
        int at = 0;
        do
        {
            filters.Add(IsPolicy(Peek(words, at), out _) ? ParseNew(words, ref at) : ParseOld(words, ref at));
        }
        while (at < words.Count);

        return filters;
    }

    static SchemeFilter ParseNew(IReadOnlyList<string> words, ref int at)
    {
        IsPolicy(words[at++], out bool allow);
        bool matching = Peek(words, at) is not ("none" or "non");
        at += matching ? 0 : 1;
        return Complete(words, ref at, new SchemeFilter { Kind = Kind(words, ref at), Matching = matching, Allow = allow });
    }

    static SchemeFilter ParseOld(IReadOnlyList<string> words, ref int at)
    {
        SchemeFilterKind kind = Kind(words, ref at);
        string how = Next(words, ref at, "matching or nomatching");
        if (how is not ("matching" or "nomatching"))
        {
            throw Fault($"{SchemeTextSource.Quote(how)} is not understood; write matching or nomatching, or begin a filter with allow or reject");
        }

        SchemeFilter filter = Complete(words, ref at, new SchemeFilter { Kind = kind, Matching = how == "matching" });

        // A filter in the new order may follow, whose first word is a policy too: only that one has a type behind it.
        if (IsPolicy(Peek(words, at), out bool allow) && !IsNewFilter(words, at))
        {
            at++;
            return filter with { Allow = allow };
        }

        return filter;
    }

    static bool IsNewFilter(IReadOnlyList<string> words, int at)
    {
        string next = Peek(words, at + 1) ?? "";
        return next is "none" or "non" || (SchemeNames.TryParse(next, out SchemeFilterKind _) && Peek(words, at + 2) is not ("matching" or "nomatching"));
    }

    static SchemeFilter Complete(IReadOnlyList<string> words, ref int at, SchemeFilter filter)
    {
        switch (filter.Kind)
        {
            case SchemeFilterKind.Memcg:
                return filter with { MemcgPath = Next(words, ref at, "the path of a cgroup") };
            case SchemeFilterKind.Target:
                string index = Next(words, ref at, "the index of a target");
                return QuantityText.TryWhole(index, int.MaxValue, out ulong target)
                    ? filter with { TargetIndex = (int)target }
                    : throw Fault($"{SchemeTextSource.Quote(index)} is no index of a target");
            case SchemeFilterKind.Address:
                AddressRange range = new(Address(words, ref at, "start"), Address(words, ref at, "end"));
                return range.IsEmpty ? throw Fault("the start of the addresses must be below their end") : filter with { Range = range };
            case SchemeFilterKind.HugePageSize:
                filter = filter with { MinSize = Address(words, ref at, "least size"), MaxSize = Address(words, ref at, "greatest size") };
                return filter.MinSize <= filter.MaxSize ? filter : throw Fault("the least size of huge pages is above the greatest");
            default:
                return filter;
        }
    }

    static ulong Address(IReadOnlyList<string> words, ref int at, string what)
    {
        string text = Next(words, ref at, what);
        return QuantityText.TryAddress(text, out ulong value)
            ? value
            : throw Fault($"{SchemeTextSource.Quote(text)} is no {what}; write bytes, or a size like 4K, or hexadecimal with 0x");
    }

    static SchemeFilterKind Kind(IReadOnlyList<string> words, ref int at)
    {
        string name = Next(words, ref at, "a type of filter");
        return SchemeNames.TryParse(name, out SchemeFilterKind kind)
            ? kind
            : throw Fault($"{SchemeTextSource.Quote(name)} is no filter; write allow or reject and one of {SchemeNames.FilterKinds}");
    }

    static bool IsPolicy(string? word, out bool allow)
    {
        allow = word is "allow" or "pass";
        return allow || word is "reject" or "deny" or "block";
    }

    static string? Peek(IReadOnlyList<string> words, int at) => at < words.Count ? words[at] : null;

    static string Next(IReadOnlyList<string> words, ref int at, string what) => at < words.Count ? words[at++] : throw Fault($"{what} is missing");

    static SchemeTextException Fault(string message) => SchemeOptionParser.Wrong($"{SchemeOptionNames.Filter}: {message}");
}
