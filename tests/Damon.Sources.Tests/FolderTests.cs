using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Damon.Sources.Tests;

/// <summary>Folders are floors: what is above knows what is below, and never the other way round.</summary>
public sealed class FolderTests
{
    [Fact]
    public void The_namespace_of_a_file_is_its_folder()
    {
        List<string> wrong = [];
        foreach (SyntaxTree tree in SourceCode.All.Trees.Where(t => t.FilePath.StartsWith("src/", StringComparison.Ordinal)))
        {
            string? name = tree.GetRoot(TestContext.Current.CancellationToken)
                .DescendantNodes()
                .OfType<BaseNamespaceDeclarationSyntax>()
                .FirstOrDefault()?.Name.ToString();
            string folder = Path.GetDirectoryName(tree.FilePath)!["src/".Length..].Replace('/', '.');
            if (name is not null && name != folder)
            {
                wrong.Add($"{tree.FilePath} declares {name}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void No_two_folders_know_each_other()
    {
        Dictionary<(string From, string To), List<string>> arrows = Arrows();
        List<string> both = [];
        foreach (((string from, string to), List<string> uses) in arrows)
        {
            if (string.CompareOrdinal(from, to) < 0 && arrows.TryGetValue((to, from), out List<string>? back))
            {
                both.Add($"{from} <-> {to}\n{Listing(uses)}\n  and back\n{Listing(back)}");
            }
        }

        Assert.True(both.Count == 0, string.Join('\n', both));
    }

    [Fact]
    public void No_arrows_between_folders_run_in_a_circle()
    {
        Dictionary<(string From, string To), List<string>> arrows = Arrows();
        ILookup<string, string> below = arrows.Keys.ToLookup(a => a.From, a => a.To);
        Dictionary<string, HashSet<string>> reached = below.ToDictionary(f => f.Key, f => Reach(f.Key, below));
        List<string> circles = [];
        foreach ((string from, HashSet<string> all) in reached)
        {
            string[] circle = [.. all.Where(f => reached.TryGetValue(f, out HashSet<string>? back) && back.Contains(from)).Order(StringComparer.Ordinal)];
            if (circle.Length > 0 && string.CompareOrdinal(from, circle[0]) <= 0)
            {
                IEnumerable<string> inside = arrows.Where(a => circle.Contains(a.Key.From) && circle.Contains(a.Key.To))
                    .Select(a => $"  {a.Key.From} -> {a.Key.To}: {a.Value.Count} uses\n{Listing(a.Value)}");
                circles.Add($"{string.Join(", ", circle)}\n{string.Join('\n', inside)}");
            }
        }

        Assert.True(circles.Count == 0, string.Join('\n', circles));
    }

    static HashSet<string> Reach(string from, ILookup<string, string> below)
    {
        HashSet<string> reached = [];
        Stack<string> open = new(below[from]);
        while (open.TryPop(out string? folder))
        {
            if (reached.Add(folder))
            {
                foreach (string next in below[folder])
                {
                    open.Push(next);
                }
            }
        }

        return reached;
    }

    static string Listing(List<string> uses) => string.Join('\n', uses.Distinct().Take(12).Select(u => $"    {u}"));

    /// <summary>Who uses whom, with <c>file -> file: name</c> for each use. Documentation comments do not count.</summary>
    static Dictionary<(string From, string To), List<string>> Arrows()
    {
        Dictionary<(string, string), List<string>> arrows = [];
        foreach (SyntaxTree tree in SourceCode.All.Trees.Where(t => t.FilePath.StartsWith("src/", StringComparison.Ordinal)))
        {
            SemanticModel model = SourceCode.All.Compilation.GetSemanticModel(tree);
            string from = Path.GetDirectoryName(tree.FilePath)!;
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes(n => n is not UsingDirectiveSyntax).OfType<SimpleNameSyntax>())
            {
                if (model.GetSymbolInfo(name).Symbol is not { } symbol
                    || symbol is INamespaceSymbol or ILocalSymbol or IParameterSymbol or IRangeVariableSymbol or ILabelSymbol or ITypeParameterSymbol)
                {
                    continue;
                }

                foreach (string file in symbol.OriginalDefinition.DeclaringSyntaxReferences.Select(r => r.SyntaxTree.FilePath))
                {
                    string to = Path.GetDirectoryName(file)!;
                    if (to.Length > 0 && to != from)
                    {
                        if (!arrows.TryGetValue((from, to), out List<string>? uses))
                        {
                            arrows[(from, to)] = uses = [];
                        }

                        uses.Add($"{tree.FilePath} -> {Path.GetFileName(file)}: {symbol.Name}");
                    }
                }
            }
        }

        return arrows;
    }
}
