using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Damon.Mutations;

/// <summary>Rewrites a file so that each of its changes is there, and one of them applies where <c>Mutant.On</c> says so.</summary>
/// <remarks>What stands for a change has a comment with its number behind the first bracket, to find it again from the compiler's errors.</remarks>
/// <param name="mutations">The changes.</param>
/// <param name="model">What the compiler knows of the file.</param>
/// <param name="numberOf">The number of a member, which it tells <c>Mutant.On</c> where it begins.</param>
sealed class MutationSwitch(IEnumerable<Mutation> mutations, SemanticModel model, Func<SyntaxNode, int> numberOf) : CSharpSyntaxRewriter
{
    readonly ILookup<SyntaxNode, Mutation> _mutations = mutations.ToLookup(m => m.Node);

    public override SyntaxNode? Visit(SyntaxNode? node)
    {
        SyntaxNode? visited = base.Visit(node);
        if (node is not null && visited is not null)
        {
            foreach (Mutation mutation in _mutations[node])
            {
                visited = Select(mutation, node, visited).WithTriviaFrom(visited);
            }
        }

        return visited;
    }

    public override SyntaxNode? VisitExpressionStatement(ExpressionStatementSyntax node)
    {
        StatementSyntax visited = (StatementSyntax)base.VisitExpressionStatement(node)!;
        foreach (Mutation mutation in _mutations[node.Expression].Where(m => m.Kind == MutationKind.Step))
        {
            string other = ((ExpressionStatementSyntax)visited).Expression switch
            {
                AssignmentExpressionSyntax assignment => $"{assignment.Left} {mutation.Replacement} {assignment.Right}",
                PostfixUnaryExpressionSyntax postfix => $"{postfix.Operand}{mutation.Replacement}",
                var expression => throw new InvalidOperationException(expression.ToString()),
            };
            visited = SyntaxFactory.ParseStatement($"{{{Mark(mutation)} if ({On(mutation)}) {other}; else {visited.WithoutTrivia()} }}")
                .WithTriviaFrom(visited);
        }

        return visited;
    }

    public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        MethodDeclarationSyntax visited = (MethodDeclarationSyntax)base.VisitMethodDeclaration(node)!;
        string type = node.ReturnType.ToString();
        bool returns = type != "void" && !(type is "Task" or "ValueTask" && node.Modifiers.Any(SyntaxKind.AsyncKeyword));
        return Begun(numberOf(node), visited.Body, visited.ExpressionBody, returns) is { } body
            ? visited.WithExpressionBody(null).WithSemicolonToken(default).WithBody(body)
            : visited;
    }

    public override SyntaxNode? VisitConstructorDeclaration(ConstructorDeclarationSyntax node)
    {
        ConstructorDeclarationSyntax visited = (ConstructorDeclarationSyntax)base.VisitConstructorDeclaration(node)!;
        return Begun(numberOf(node), visited.Body, visited.ExpressionBody, returns: false) is { } body
            ? visited.WithExpressionBody(null).WithSemicolonToken(default).WithBody(body)
            : visited;
    }

    public override SyntaxNode? VisitPropertyDeclaration(PropertyDeclarationSyntax node)
    {
        PropertyDeclarationSyntax visited = (PropertyDeclarationSyntax)base.VisitPropertyDeclaration(node)!;
        return visited.ExpressionBody is null
            ? visited
            : visited.WithExpressionBody(null).WithSemicolonToken(default).WithAccessorList(Getter(node, visited.ExpressionBody));
    }

    public override SyntaxNode? VisitIndexerDeclaration(IndexerDeclarationSyntax node)
    {
        IndexerDeclarationSyntax visited = (IndexerDeclarationSyntax)base.VisitIndexerDeclaration(node)!;
        return visited.ExpressionBody is null
            ? visited
            : visited.WithExpressionBody(null).WithSemicolonToken(default).WithAccessorList(Getter(node, visited.ExpressionBody));
    }

    public override SyntaxNode? VisitAccessorDeclaration(AccessorDeclarationSyntax node)
    {
        AccessorDeclarationSyntax visited = (AccessorDeclarationSyntax)base.VisitAccessorDeclaration(node)!;
        BlockSyntax? body = Begun(
            numberOf(node.Ancestors().OfType<BasePropertyDeclarationSyntax>().First()),
            visited.Body,
            visited.ExpressionBody,
            node.IsKind(SyntaxKind.GetAccessorDeclaration));
        return body is null ? visited : visited.WithExpressionBody(null).WithSemicolonToken(default).WithBody(body);
    }

    AccessorListSyntax Getter(SyntaxNode node, ArrowExpressionClauseSyntax arrow) =>
        SyntaxFactory.AccessorList([SyntaxFactory.AccessorDeclaration(SyntaxKind.GetAccessorDeclaration, Begun(numberOf(node), null, arrow, returns: true)!)]);

    static BlockSyntax? Begun(int number, BlockSyntax? body, ArrowExpressionClauseSyntax? arrow, bool returns)
    {
        StatementSyntax met = SyntaxFactory.ParseStatement($"global::Damon.Mutant.On({number});");
        if (body is not null || arrow is null)
        {
            return body?.WithStatements(body.Statements.Insert(0, met));
        }

        // A comment may stand behind the expression.
        string word = arrow.Expression is ThrowExpressionSyntax || !returns ? "" : "return ";
        return SyntaxFactory.Block(met, SyntaxFactory.ParseStatement($"{word}{arrow.Expression.ToFullString()}\n;"));
    }

    SyntaxNode Select(Mutation mutation, SyntaxNode node, SyntaxNode visited)
    {
        string mark = Mark(mutation);
        string on = On(mutation);
        string text = visited.WithoutTrivia().ToFullString();
        switch (mutation.Kind)
        {
            case MutationKind.Removal:
                return SyntaxFactory.ParseStatement($"{{{mark} if (!{on}) {text} }}");
            case MutationKind.Opposite:
                return SyntaxFactory.ParseExpression($"({mark}({text}) ^ {on})");
            case MutationKind.Junction:
                // a or b is not (not a and not b), so neither side is written twice.
                BinaryExpressionSyntax sides = (BinaryExpressionSyntax)visited;
                return SyntaxFactory.ParseExpression($"({mark}((({sides.Left}) ^ {on}) {sides.OperatorToken.Text} (({sides.Right}) ^ {on})) ^ {on})");
            case MutationKind.Operator:
                BinaryExpressionSyntax operands = (BinaryExpressionSyntax)visited;
                return SyntaxFactory.ParseExpression(
                    $"({mark}global::Damon.Mutant.{MutantSource.Method(operands.OperatorToken.Text)}({mutation.Id}, {operands.Left}, {operands.Right}))");
            case MutationKind.Number:
                string type = model.GetTypeInfo(node).ConvertedType!.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
                return SyntaxFactory.ParseExpression($"({mark}({type})({on} ? {mutation.Replacement} : {text}))");
            case MutationKind.Extreme:
                return SyntaxFactory.ParseExpression(
                    $"({mark}{on} ? Math.{mutation.Replacement}{((InvocationExpressionSyntax)visited).ArgumentList} : {text})");
            case MutationKind.Step:
                // The statement around it is written by VisitExpressionStatement.
                return visited;
            default:
                throw new InvalidOperationException(mutation.Kind.ToString());
        }
    }

    static string Mark(Mutation mutation) => $"/*m{mutation.Id}*/";

    static string On(Mutation mutation) => $"global::Damon.Mutant.On({mutation.Id})";
}
