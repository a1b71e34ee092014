using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Damon.Mutations;

/// <summary>Which tests meet which changes, and how long each takes.</summary>
sealed class TestMap
{
    readonly Dictionary<string, double> _seconds = new(StringComparer.Ordinal);
    readonly Dictionary<int, HashSet<string>> _tests = [];
    readonly ILookup<string, int> _files;
    readonly Dictionary<SyntaxNode, int> _members;

    /// <summary>Reads what <c>MutantsMetAttribute</c> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mutations">All changes.</param>
    /// <param name="numberOf">The number that a member told.</param>
    public TestMap(string path, IReadOnlyList<Mutation> mutations, Func<SyntaxNode, int> numberOf)
    {
        foreach (string line in File.ReadLines(path))
        {
            string[] parts = line.Split('\t');

            // All rows of a theory are one test here.
            _seconds[parts[0]] = _seconds.GetValueOrDefault(parts[0]) + (double.Parse(parts[1]) / 1000);
            foreach (int id in parts[2].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse))
            {
                if (!_tests.TryGetValue(id, out HashSet<string>? tests))
                {
                    _tests.Add(id, tests = new HashSet<string>(StringComparer.Ordinal));
                }

                tests.Add(parts[0]);
            }
        }

        _members = mutations.Select(Member).OfType<SyntaxNode>().Distinct().ToDictionary(m => m, numberOf);
        _files = mutations.Where(m => Member(m) is not null).ToLookup(m => m.File, m => _members[Member(m)!], StringComparer.Ordinal);
    }

    /// <summary>How long tests take together.</summary>
    public double Seconds(IEnumerable<string> tests) => tests.Sum(t => _seconds[t]);

    /// <summary>
    /// The tests that meet a change, the quickest first. One that was not there to be met is met with its method; what is made once in a program, with any of
    /// its file.
    /// </summary>
    public List<string> Tests(Mutation mutation)
    {
        IEnumerable<string> tests = Member(mutation) is { } member ? Of(mutation.Switchable ? mutation.Id : _members[member])
            : _files.Contains(mutation.File) ? _files[mutation.File].Distinct().SelectMany(Of)
            : _seconds.Keys;
        return [.. tests.Distinct(StringComparer.Ordinal).OrderBy(t => _seconds[t])];
    }

    HashSet<string> Of(int number) => _tests.GetValueOrDefault(number) ?? [];

    static SyntaxNode? Member(Mutation mutation) =>
        mutation.Node.Ancestors().FirstOrDefault(a => a is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax);
}
