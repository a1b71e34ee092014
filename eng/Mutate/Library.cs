using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Damon.Mutations;

/// <summary>The library <c>Damon</c> as the compiler sees it, to be compiled with one change or with all that can be chosen from.</summary>
sealed partial class Library
{
    // What the compiler says of paths through a method, at a place that need not be the one that was changed.
    static readonly string[] s_unassigned = ["CS0165", "CS0170", "CS0177", "CS0269"];
    static readonly string[] s_paths = ["CS0161", "CS0163", "CS1643", "CS8070"];

    const int FirstMember = 50_000;

    readonly string _folder;
    readonly CSharpCompilation _compilation;
    readonly CSharpParseOptions _options;
    readonly ImmutableArray<ResourceDescription> _resources;
    readonly Dictionary<SyntaxNode, int> _members = [];

    /// <summary>From what a build of it has left.</summary>
    /// <param name="folder">Its source.</param>
    /// <param name="arguments">A file with the compiler's arguments, one in each line.</param>
    /// <param name="generated">A folder with the sources that were generated.</param>
    public Library(string folder, string arguments, string generated)
    {
        _folder = folder;
        CSharpCommandLineArguments parsed = CSharpCommandLineParser.Default.Parse(File.ReadAllLines(arguments), folder, sdkDirectory: null);
        _options = parsed.ParseOptions;
        _resources = parsed.ManifestResources;
        IEnumerable<string> paths = parsed.SourceFiles.Select(f => f.Path)
            .Concat(Directory.EnumerateFiles(generated, "*.cs", SearchOption.AllDirectories))
            .Distinct(StringComparer.Ordinal);
        _compilation = CSharpCompilation.Create(
            parsed.CompilationName,
            paths.Select(path => Parse(File.ReadAllText(path), path)),
            parsed.MetadataReferences.Select(r => MetadataReference.CreateFromFile(r.Reference, r.Properties)),
            parsed.CompilationOptions.WithGeneralDiagnosticOption(ReportDiagnostic.Suppress)
                .WithSpecificDiagnosticOptions(ImmutableDictionary<string, ReportDiagnostic>.Empty));
    }

    /// <summary>The changes of files below <c>src/Damon</c>.</summary>
    /// <exception cref="FileNotFoundException">One is no file of the library.</exception>
    public List<Mutation> Find(IEnumerable<string> files)
    {
        List<Mutation> found = [];
        foreach (string file in files)
        {
            found.AddRange(new MutationFinder(_compilation.GetSemanticModel(Tree(file)), file, found.Count).Find());
        }

        return found;
    }

    /// <summary>Writes the library with one change; false when that does not compile.</summary>
    public bool TryWrite(Mutation mutation, string path)
    {
        SyntaxTree tree = mutation.Node.SyntaxTree;
        return Emit(_compilation.ReplaceSyntaxTree(tree, Parse(mutation.Changed, tree.FilePath)), path).Length == 0;
    }

    /// <summary>Writes the library with all changes that can be chosen from; those that turn out not to lose that mark.</summary>
    public void WriteSwitched(IReadOnlyList<Mutation> mutations, string path)
    {
        CSharpCompilation plain = _compilation.AddSyntaxTrees(
            Parse(MutantSource.Write(), ""),
            Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Inside/Mutant.cs")), ""));
        while (true)
        {
            CSharpCompilation compilation = plain;
            Dictionary<SyntaxTree, List<Mutation>> rewritten = [];
            foreach (IGrouping<SyntaxTree, Mutation> group in mutations.GroupBy(m => m.Node.SyntaxTree))
            {
                SyntaxNode root = new MutationSwitch(group.Where(m => m.Switchable), _compilation.GetSemanticModel(group.Key), NumberOf).Visit(
                    group.Key.GetRoot())!;
                SyntaxTree changed = Parse(root.ToFullString(), group.Key.FilePath);
                compilation = compilation.ReplaceSyntaxTree(group.Key, changed);
                rewritten.Add(changed, [.. group.Where(m => m.Switchable)]);
            }

            ImmutableArray<Diagnostic> errors = Emit(compilation, path);
            if (errors.Length == 0)
            {
                return;
            }

            foreach (Diagnostic error in errors)
            {
                List<Mutation> guilty = error.Location.SourceTree is { } tree && rewritten.TryGetValue(tree, out List<Mutation>? inFile)
                    ? Guilty(error, tree, inFile)
                    : [];
                if (guilty.Count == 0)
                {
                    throw new InvalidOperationException($"The library does not compile: {error}");
                }

                guilty.ForEach(m => m.Switchable = false);
            }
        }
    }

    /// <summary>The number that a method, a constructor or a property of a rewritten file tells where it begins; higher than that of any change.</summary>
    public int NumberOf(SyntaxNode member)
    {
        if (!_members.TryGetValue(member, out int number))
        {
            number = FirstMember + _members.Count;
            _members.Add(member, number);
        }

        return number;
    }

    /// <summary>The changes that an error comes from.</summary>
    static List<Mutation> Guilty(Diagnostic error, SyntaxTree tree, List<Mutation> mutations)
    {
        SyntaxToken token = tree.GetRoot().FindToken(error.Location.SourceSpan.Start);
        HashSet<int> numbers = [.. Marks.Matches(token.Parent!.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().First().ToString())
            .Select(m => int.Parse(m.Groups["id"].Value))];
        List<Mutation> inMember = [.. mutations.Where(m => numbers.Contains(m.Id))];
        if (s_unassigned.Contains(error.Id, StringComparer.Ordinal))
        {
            return OrAll(m => m.Kind == MutationKind.Removal && m.Node.DescendantTokens().Any(t => t.ValueText == token.ValueText));
        }

        if (s_paths.Contains(error.Id, StringComparer.Ordinal))
        {
            return OrAll(m => m.Node is BreakStatementSyntax or ContinueStatementSyntax or ReturnStatementSyntax);
        }

        foreach (SyntaxNode ancestor in token.Parent!.AncestorsAndSelf())
        {
            if (ancestor is ParenthesizedExpressionSyntax or BlockSyntax
                && Marks.Match(ancestor.GetFirstToken().TrailingTrivia.ToFullString()) is { Success: true } mark)
            {
                return [mutations.Single(m => m.Id == int.Parse(mark.Groups["id"].Value))];
            }
        }

        return inMember;

        List<Mutation> OrAll(Func<Mutation, bool> likely) => inMember.Where(likely).ToList() is { Count: > 0 } some ? some : inMember;
    }

    SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(SourceText.From(text, Encoding.UTF8), _options, path);

    SyntaxTree Tree(string file) =>
        _compilation.SyntaxTrees.SingleOrDefault(t => t.FilePath == Path.Combine(_folder, file))
            ?? throw new FileNotFoundException($"The library has no {file}; name a file or a folder below src/Damon.");

    ImmutableArray<Diagnostic> Emit(CSharpCompilation compilation, string path)
    {
        using MemoryStream stream = new();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(stream, manifestResources: _resources);
        if (!result.Success)
        {
            return [.. result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)];
        }

        File.WriteAllBytes(path, stream.ToArray());
        return [];
    }

    [GeneratedRegex(@"/\*m(?<id>\d+)\*/", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    static partial Regex Marks { get; }
}
