using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Damon.Mutations;

/// <summary>Finds the changes of a file: comparisons, operators, 0, 1, true and false, negations, and statements that can be left out.</summary>
sealed class MutationFinder(SemanticModel model, string file, int firstId)
{
    readonly List<Mutation> _found = [];

    public List<Mutation> Find()
    {
        foreach (SyntaxNode node in model.SyntaxTree.GetRoot()
            .DescendantNodes(n => n is not (AttributeListSyntax or InterpolatedStringExpressionSyntax or OperatorDeclarationSyntax)))
        {
            switch (node)
            {
                case BinaryExpressionSyntax binary when node.IsKind(SyntaxKind.IsExpression):
                    Add(node, MutationKind.Opposite, node.Span, $"!({binary})", switchable: true);
                    break;
                case BinaryExpressionSyntax binary:
                    Binary(binary);
                    break;
                case IsPatternExpressionSyntax:
                    Add(node, MutationKind.Opposite, node.Span, $"!({node})", !Declares(node));
                    break;
                case LiteralExpressionSyntax literal:
                    Literal(literal);
                    break;
                case PrefixUnaryExpressionSyntax not when node.IsKind(SyntaxKind.LogicalNotExpression):
                    Add(node, MutationKind.Opposite, not.OperatorToken.Span, "", !Declares(node));
                    break;
                case InvocationExpressionSyntax
                {
                    Expression: MemberAccessExpressionSyntax
                    {
                        Expression: IdentifierNameSyntax { Identifier.Text: "Math" },
                        Name: { Identifier.Text: "Min" or "Max" } name,
                    }
                }:
                    Add(node, MutationKind.Extreme, name.Span, name.Identifier.Text == "Min" ? "Max" : "Min", !Declares(node));
                    break;
                case PostfixUnaryExpressionSyntax { OperatorToken: { Text: "++" or "--" } step }:
                    Add(node, MutationKind.Step, step.Span, step.Text == "++" ? "--" : "++", node.Parent is ExpressionStatementSyntax);
                    break;
                case AssignmentExpressionSyntax { OperatorToken: { Text: "+=" or "-=" or "*=" } step }:
                    Add(
                        node,
                        MutationKind.Step,
                        step.Span,
                        step.Text switch { "+=" => "-=", "-=" => "+=", _ => "/=" },
                        node.Parent is ExpressionStatementSyntax && !Declares(node));
                    break;
                case ExpressionStatementSyntax
                {
                    Expression: InvocationExpressionSyntax
                    or AssignmentExpressionSyntax
                    or PostfixUnaryExpressionSyntax
                    or PrefixUnaryExpressionSyntax
                }:
                case BreakStatementSyntax or ContinueStatementSyntax or ReturnStatementSyntax { Expression: null }:
                    Add(node, MutationKind.Removal, node.Span, ";", !Declares(node));
                    break;
            }
        }

        return _found;
    }

    void Binary(BinaryExpressionSyntax node)
    {
        string operation = node.OperatorToken.Text;
        bool condition = model.GetTypeInfo(node).Type?.SpecialType == SpecialType.System_Boolean;
        if (operation is "==" or "!=")
        {
            Add(node, MutationKind.Opposite, node.OperatorToken.Span, operation == "==" ? "!=" : "==", condition);
        }
        else if (operation is "&&" or "||")
        {
            Add(node, MutationKind.Junction, node.OperatorToken.Span, operation == "&&" ? "||" : "&&", condition && !Declares(node));
        }
        else if (MutantSource.Other(operation) is { } other && model.GetTypeInfo(node).Type?.SpecialType != SpecialType.System_String)
        {
            bool takes = MutantSource.Takes(model.GetTypeInfo(node.Left).ConvertedType) && MutantSource.Takes(model.GetTypeInfo(node.Right).ConvertedType);
            bool plain = !node.Ancestors().Any(a => a is CheckedExpressionSyntax or CheckedStatementSyntax);
            Add(node, MutationKind.Operator, node.OperatorToken.Span, other, takes && plain);
        }
    }

    void Literal(LiteralExpressionSyntax node)
    {
        if (node.Kind() is SyntaxKind.TrueLiteralExpression or SyntaxKind.FalseLiteralExpression)
        {
            // Without a constant there the compiler asks for code behind an endless loop.
            Add(
                node,
                MutationKind.Opposite,
                node.Span,
                node.IsKind(SyntaxKind.TrueLiteralExpression) ? "false" : "true",
                node.Parent is not (WhileStatementSyntax or DoStatementSyntax));
        }
        else if (node.IsKind(SyntaxKind.NumericLiteralExpression) && node.Token.Text is "0" or "1")
        {
            Add(node, MutationKind.Number, node.Span, node.Token.Text == "0" ? "1" : "2", MutantSource.TakesLiteral(model.GetTypeInfo(node).ConvertedType));
        }
    }

    void Add(SyntaxNode node, MutationKind kind, TextSpan span, string replacement, bool switchable)
    {
        // A constant is what somebody chose, and stands on both sides of most tests.
        if (node.Ancestors()
            .Any(a =>
                a is FieldDeclarationSyntax f && f.Modifiers.Any(SyntaxKind.ConstKeyword)
                    || a is LocalDeclarationStatementSyntax { IsConst: true } or EnumMemberDeclarationSyntax))
        {
            return;
        }

        // A default value of a parameter is a part of the tests that leave it out, which are not compiled again.
        if (node.FirstAncestorOrSelf<ParameterSyntax>() is not null)
        {
            return;
        }

        bool constant = node.Ancestors().Any(a => a is PatternSyntax or CaseSwitchLabelSyntax);
        _found.Add(new Mutation(firstId + _found.Count, file, node, kind, span, replacement) { Switchable = switchable && !constant });
    }

    /// <summary>Whether names come into being in it, which the compiler only follows through plain conditions.</summary>
    static bool Declares(SyntaxNode node) => node.DescendantNodes().Any(n => n is VariableDesignationSyntax);
}
