using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Damon.Sources.Tests;

/// <summary>All sources of the product and of its samples in one compilation: every name is bound to what it stands for.</summary>
sealed class SourceCode
{
    const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    static readonly Lazy<SourceCode> s_all = new(() => new SourceCode());

    SourceCode()
    {
        Root = FindRoot();
        CSharpParseOptions options = new(LanguageVersion.Latest, DocumentationMode.None);
        IEnumerable<string> files = new[] { "src", "samples" }
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Root, f), "*.cs", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(Root, f));
        Trees = [.. files.Order(StringComparer.Ordinal).Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(Root, f)), options, f))];

        string[] packages = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':').Where(p => !IsOurs(Path.GetFileName(p)))];
        Compilation = CSharpCompilation.Create(
            "everything",
            [.. Trees, CSharpSyntaxTree.ParseText(ImplicitUsings, options)],
            packages.Select(p => MetadataReference.CreateFromFile(p)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>Read once for all tests.</summary>
    internal static SourceCode All => s_all.Value;

    /// <summary>The folder of the solution.</summary>
    internal string Root { get; }

    /// <summary>One for each file; their paths begin at <see cref="Root"/>.</summary>
    internal IReadOnlyList<SyntaxTree> Trees { get; }

    /// <summary>All trees; what source generators write is missing in it.</summary>
    internal CSharpCompilation Compilation { get; }

    static bool IsOurs(string file) => file.StartsWith("Damon", StringComparison.Ordinal) || file == "damo.dll";

    static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Damon.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("these tests read the sources: run them within the repository");
    }
}
