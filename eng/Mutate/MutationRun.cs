using System.Collections.Concurrent;
using System.Diagnostics;

namespace Damon.Mutations;

/// <summary>Tries changes, several at once, and tells of those that no test notices.</summary>
/// <param name="library">Where changes are compiled.</param>
/// <param name="switched">The tests with the library that has the changes to choose from.</param>
/// <param name="own">The tests for changes that are compiled alone, a copy for each that is tried at once.</param>
/// <param name="map">Which tests are asked.</param>
/// <param name="asksSlow">Whether long tests are asked, too, where there are others.</param>
sealed class MutationRun(Library library, TestProgram switched, IReadOnlyList<TestProgram> own, TestMap map, bool asksSlow)
{
    /// <summary>Tests that take so many seconds together are asked first: a program's start takes as long.</summary>
    const double Quick = 0.4;

    /// <summary>A test that takes more seconds is a long one: most throw chance at a parser, and rarely are the only one to notice.</summary>
    const double Slow = 0.75;

    readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _killers = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<(string File, string Outcome), int> _outcomes = new();
    volatile bool _stopped;

    /// <summary>Begins with no other change.</summary>
    public void Stop() => _stopped = true;

    /// <summary>Tries all, and prints the survivors, those that made tests take too long, and then how many of each there are in each file.</summary>
    /// <returns>Whether none survived.</returns>
    public bool Try(IReadOnlyList<Mutation> mutations)
    {
        long since = Stopwatch.GetTimestamp();
        int next = -1;
        int done = 0;
        List<Mutation> ordered = [.. mutations.OrderByDescending(m => m.Switchable)];
        Parallel.ForEach(own, new ParallelOptions { MaxDegreeOfParallelism = own.Count }, copy =>
        {
            for (int at; !_stopped && (at = Interlocked.Increment(ref next)) < ordered.Count;)
            {
                string outcome = Try(ordered[at], copy);
                _outcomes.AddOrUpdate((ordered[at].File, outcome), 1, (_, n) => n + 1);
                if (outcome is not ("killed" or "did not compile"))
                {
                    Console.WriteLine($"{outcome.ToUpperInvariant()} {ordered[at]}");
                }

                if (Interlocked.Increment(ref done) % 100 == 0)
                {
                    Console.Error.WriteLine($"{done} of {mutations.Count}, {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s");
                }
            }
        });
        foreach (string file in mutations.Select(m => m.File).Distinct(StringComparer.Ordinal))
        {
            Console.WriteLine($"{file}: {Counts(_outcomes.Where(o => o.Key.File == file))}");
        }

        Console.WriteLine(
            $"{(done < mutations.Count ? $"stopped after {done} of {mutations.Count}" : "all")}: {Counts(_outcomes)}; "
                + $"{Stopwatch.GetElapsedTime(since).TotalSeconds:0} s");
        return !_outcomes.Keys.Any(o => Lives(o.Outcome));
    }

    static bool Lives(string outcome) => outcome is "survived" or "untested";

    static string Counts(IEnumerable<KeyValuePair<(string File, string Outcome), int>> outcomes) =>
        string.Join(
            ", ",
            outcomes.GroupBy(o => o.Key.Outcome, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => $"{g.Sum(o => o.Value)} {g.Key}"));

    string Try(Mutation mutation, TestProgram copy)
    {
        if (!mutation.Switchable && !library.TryWrite(mutation, copy.Library))
        {
            return "did not compile";
        }

        List<string> tests = map.Tests(mutation);
        if (tests.Count == 0)
        {
            return "untested";
        }

        List<string> quick = [.. tests.Where(t => map.Seconds([t]) <= Slow)];
        tests = asksSlow || quick.Count == 0 ? tests : quick;

        // First what found the last changes of this file, and what takes no time.
        ConcurrentQueue<string> killers = _killers.GetOrAdd(mutation.File, _ => new());
        List<string> first = [.. killers.Reverse().Distinct(StringComparer.Ordinal).Intersect(tests, StringComparer.Ordinal).Take(3)];
        first = [.. first.Union(tests.TakeWhile((_, i) => i == 0 || map.Seconds(tests.Take(i + 1)) < Quick), StringComparer.Ordinal)];
        foreach (List<string> choice in (List<string>[])[first, [.. tests.Except(first, StringComparer.Ordinal)]])
        {
            List<string> failed = choice.Count == 0
                ? []
                : (mutation.Switchable ? switched : copy).Run(
                    choice,
                    mutation.Switchable ? mutation.Id : -1,
                    TimeSpan.FromSeconds(5 + (2 * map.Seconds(choice))));
            if (failed.Count > 0)
            {
                if (failed[0] is not ("time" or "end"))
                {
                    killers.Enqueue(failed[0]);
                }

                return failed[0] == "time" ? "killed by time" : "killed";
            }
        }

        return "survived";
    }
}
