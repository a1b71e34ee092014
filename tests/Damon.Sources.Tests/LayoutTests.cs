using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Damon.Sources.Tests;

/// <summary>What .editorconfig asks for, and no analyzer looks at.</summary>
public sealed class LayoutTests
{
    const int MaxColumns = 160;

    /// <summary>Texts of this width may stand beyond the limit: cut, they would hide what they say.</summary>
    const int LongText = 60;

    [Theory]
    [InlineData("src")]
    [InlineData("samples")]
    [InlineData("tests")]
    [InlineData("bench")]
    [InlineData("eng")]
    public void A_line_of_code_is_not_longer_than_the_limit(string folder)
    {
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        List<string> tooLong = [];
        foreach (string file in Directory.EnumerateFiles(Path.Combine(SourceCode.All.Root, folder), "*.cs", SearchOption.AllDirectories))
        {
            SourceText text = SourceText.From(File.ReadAllText(file));
            TextLine[] lines = [.. text.Lines.Where(l => l.End - l.Start > MaxColumns)];
            if (lines.Length > 0)
            {
                SyntaxNode root = CSharpSyntaxTree.ParseText(text, cancellationToken: cancelled).GetRoot(cancelled);
                tooLong.AddRange(lines.Where(l => !IsText(root, l)).Select(l => $"{Path.GetRelativePath(SourceCode.All.Root, file)}:{l.LineNumber + 1}"));
            }
        }

        Assert.True(tooLong.Count == 0, $"longer than {MaxColumns} columns:\n{string.Join('\n', tooLong)}");
    }

    static bool IsText(SyntaxNode root, TextLine line) => root.DescendantNodes(line.Span).Any(node =>
        (node is InterpolatedStringExpressionSyntax || node.IsKind(SyntaxKind.StringLiteralExpression) || node.IsKind(SyntaxKind.Utf8StringLiteralExpression))
        && node.Span.Intersection(line.Span) is { Length: >= LongText });
}
