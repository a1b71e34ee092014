using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Damon.Sources.Tests;

/// <summary>The root of /proc is handed in, so that tests and other roots have one of their own.</summary>
public sealed class ProcRootTests
{
    const string Root = "/proc";

    static readonly Dictionary<string, string> s_exceptions = new(StringComparer.Ordinal)
    {
        ["src/Damon.Linux/Memory/PageTableWalker.Creation.cs /proc/cpuinfo"] = "the processor this program runs on, whatever /proc it looks at",
        ["src/Damo/Workloads/SharedMemory.cs /proc/"] = "a descriptor of this very process, for another one",
    };

    [Fact]
    public void Files_of_proc_are_read_below_the_root_that_is_handed_in()
    {
        List<string> wrong = [.. Written().Where(static w => !s_exceptions.ContainsKey(w))];
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Every_exception_is_still_one() =>
        Assert.Equal(s_exceptions.Keys.Order(StringComparer.Ordinal), Written().Where(s_exceptions.ContainsKey).Distinct().Order(StringComparer.Ordinal));

    /// <summary>Texts that begin with the root, but for the default of a parameter, this very process, and sentences.</summary>
    static IEnumerable<string> Written()
    {
        foreach (SyntaxTree tree in SourceCode.All.Trees.Where(t => t.FilePath.StartsWith("src/", StringComparison.Ordinal)))
        {
            foreach (SyntaxToken token in tree.GetRoot(TestContext.Current.CancellationToken).DescendantTokens())
            {
                bool isText = token.IsKind(SyntaxKind.StringLiteralToken)
                    || (token.IsKind(SyntaxKind.InterpolatedStringTextToken)
                        && token.Parent?.Parent is InterpolatedStringExpressionSyntax text
                        && text.Contents[0] == token.Parent);
                string value = token.ValueText;
                bool isFile = value == Root || value.StartsWith(Root + "/", StringComparison.Ordinal);
                bool isOwn = value.StartsWith(Root + "/self/", StringComparison.Ordinal) || value.Contains(' ', StringComparison.Ordinal);
                bool isDefault = token.Parent?.Parent is EqualsValueClauseSyntax { Parent: ParameterSyntax };
                if (isText && isFile && !isOwn && !isDefault)
                {
                    yield return $"{tree.FilePath} {value}";
                }
            }
        }
    }
}
