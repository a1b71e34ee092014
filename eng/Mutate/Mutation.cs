using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Damon.Mutations;

/// <summary>A change of one place of the source.</summary>
/// <param name="id">Its number among all of a run, from 0.</param>
/// <param name="file">The file, below <c>src/Damon</c>.</param>
/// <param name="node">What is changed, in the tree of the unchanged source.</param>
/// <param name="kind">What it is.</param>
/// <param name="span">The characters that are replaced.</param>
/// <param name="replacement">What stands there instead.</param>
sealed class Mutation(int id, string file, SyntaxNode node, MutationKind kind, TextSpan span, string replacement)
{
    public int Id { get; } = id;

    public string File { get; } = file;

    public SyntaxNode Node { get; } = node;

    public MutationKind Kind { get; } = kind;

    public TextSpan Span { get; } = span;

    public string Replacement { get; } = replacement;

    /// <summary>Whether it can be one of many in an assembly; otherwise it takes a compilation of its own.</summary>
    public bool Switchable { get; set; }

    /// <summary>The whole file with the change.</summary>
    public string Changed => Node.SyntaxTree.ToString().Remove(Span.Start, Span.Length).Insert(Span.Start, Replacement);

    /// <summary>The line before and after the change.</summary>
    public string Text
    {
        get
        {
            SourceText text = Node.SyntaxTree.GetText();
            TextLine line = text.Lines.GetLineFromPosition(Span.Start);
            string old = text.ToString(TextSpan.FromBounds(line.Start, text.Lines.GetLineFromPosition(Span.End).End));
            int at = Span.Start - line.Start;
            return $"{OneLine(old)}  ->  {OneLine(old[..at] + Replacement + old[(at + Span.Length)..])}";
        }
    }

    /// <summary>The place, and <see cref="Text"/>.</summary>
    public override string ToString() => $"{File}:{Node.SyntaxTree.GetLineSpan(Span).StartLinePosition.Line + 1}: {Text}";

    static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
