using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Damon.Sources.Tests;

/// <summary>Kernels may have larger pages, and processors other tables: what depends on that is found by its name.</summary>
public sealed class PageSizeTests
{
    /// <summary>By file and field or method, and what the number is instead.</summary>
    static readonly Dictionary<string, string> s_otherNumbers = new(StringComparer.Ordinal)
    {
        ["Bpf/BpfProgram.LastLine"] = "characters at the end of a log",
        ["Bpf/BpfAssembler.Emit"] = "where an instruction has its source",
        ["Fuse/FuseAttributes.PermissionMask"] = "the permissions and set-id bits of a mode",
        ["Fuse/FuseAttributes.TypeShift"] = "where the type is in a mode",
        ["Fuse/FuseSession.PageSize"] = "the unit of the protocol; Fuse knows nothing of monitoring",
        ["KernelDamon/DebugFs/DebugFsRun.RecordBuffer"] = "bytes of a buffer of the kernel",
        ["Actions/NodeMigration.PagesPerCall"] = "pages of one call",
        ["Actions/PageFilter.PagesPerChunk"] = "pages at a time",
        ["Memory/PageTableWalker.BatchCapacity"] = "addresses of one walk",
        ["Native/ErrnoExtensions.MaxErrno"] = "the greatest error number",
        ["Outputs/OutputPlace.LongestLink"] = "PATH_MAX",
    };

    [Fact]
    public void Sizes_and_shifts_of_pages_are_written_down_in_one_place()
    {
        HashSet<string> unmet = [.. s_otherNumbers.Keys];
        List<string> wrong = [];
        foreach (SyntaxTree tree in SourceCode.All.Trees.Where(IsSearched))
        {
            foreach (LiteralExpressionSyntax literal in tree.GetRoot(TestContext.Current.CancellationToken)
                .DescendantNodes()
                .OfType<LiteralExpressionSyntax>()
                .Where(IsOfPages))
            {
                string place = $"{tree.FilePath["src/Damon.Linux/".Length..^".cs".Length]}.{NameOfMember(literal)}";
                if (!s_otherNumbers.ContainsKey(place))
                {
                    wrong.Add(
                        $"{tree.FilePath}:{literal.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {literal.Parent} (Page.Size, Page.Shift, "
                            + $"PageTableFormat; if it is another number, name it as {place})");
                }

                unmet.Remove(place);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(unmet.Count == 0, $"no such numbers any more: {string.Join(", ", unmet)}");
    }

    [Theory]
    [InlineData("x = y / 4096;", 1)]
    [InlineData("x = y & ~0xfffUL;", 1)]
    [InlineData("x = y >> 12;", 1)]
    [InlineData("x <<= 12;", 1)]
    [InlineData("x = y >> (12 + 9);", 1)]
    [InlineData("const int PageShift = 12;", 1)]
    [InlineData("asm.ShiftRight(R1, 12);", 1)]
    [InlineData("x = 12 << y;", 0)]
    [InlineData("x = y + 12;", 0)]
    [InlineData("x = 4096.5;", 0)]
    public void Numbers_are_told_from_those_of_pages_by_where_they_stand(string statement, int found) =>
        Assert.Equal(found, SyntaxFactory.ParseStatement(statement).DescendantNodes().OfType<LiteralExpressionSyntax>().Count(IsOfPages));

    /// <summary>Names of the C library have the numbers that the C library gives them.</summary>
    static bool IsSearched(SyntaxTree tree) =>
        tree.FilePath.StartsWith("src/Damon.Linux/", StringComparison.Ordinal)
        && !tree.FilePath.StartsWith("src/Damon.Linux/Native/LibC.", StringComparison.Ordinal)
        && tree.FilePath != "src/Damon.Linux/Memory/PageTableFormat.cs";

    static bool IsOfPages(LiteralExpressionSyntax literal) => literal.Token.Value switch
    {
        int or uint or long or ulong => Convert.ToUInt64(literal.Token.Value, null) switch
        {
            4096 or 4095 => true,
            12 => IsShift(literal),
            _ => false,
        },
        _ => false,
    };

    static bool IsShift(SyntaxNode literal)
    {
        for (SyntaxNode node = literal; node.Parent is { } parent and not BlockSyntax; node = parent)
        {
            switch (parent)
            {
                case BinaryExpressionSyntax binary when binary.Right == node
                    && binary.Kind() is SyntaxKind.LeftShiftExpression or SyntaxKind.RightShiftExpression or SyntaxKind.UnsignedRightShiftExpression:
                case AssignmentExpressionSyntax assignment when assignment.Kind() is SyntaxKind.LeftShiftAssignmentExpression
                    or SyntaxKind.RightShiftAssignmentExpression
                    or SyntaxKind.UnsignedRightShiftAssignmentExpression:
                case VariableDeclaratorSyntax variable when variable.Identifier.Text.Contains("Shift", StringComparison.Ordinal):
                case InvocationExpressionSyntax call when call.Expression.ToString().Contains("Shift", StringComparison.Ordinal):
                    return true;
            }
        }

        return false;
    }

    static string NameOfMember(SyntaxNode node)
    {
        MemberDeclarationSyntax? member = node.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        return member switch
        {
            BaseFieldDeclarationSyntax => node.FirstAncestorOrSelf<VariableDeclaratorSyntax>()!.Identifier.Text,
            MethodDeclarationSyntax method => method.Identifier.Text,
            PropertyDeclarationSyntax property => property.Identifier.Text,
            _ => member?.Kind().ToString() ?? "",
        };
    }
}
