using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Damon.Sources.Tests;

/// <summary>What the product's code is needed for: all symbols that lead somewhere from its entry points.</summary>
/// <remarks>
/// It starts at the program's statements, at what the libraries offer to others and at the samples, and follows every name in what it reaches. Of a type it
/// reaches, it follows what the runtime or the libraries may call: implementations and overrides, of our own declarations once these are reached.
/// Tests and benchmarks are no users.
/// </remarks>
sealed class Reachability
{
    readonly Dictionary<SyntaxTree, SemanticModel> _models = [];
    readonly List<ISymbol> _declared = [];
    readonly HashSet<ISymbol> _serialized = new(SymbolEqualityComparer.Default);
    readonly HashSet<ISymbol> _reached = new(SymbolEqualityComparer.Default);
    readonly Stack<ISymbol> _open = new();

    /// <summary>By a declaration of ours that is not reached yet: what implements or overrides it in types that are.</summary>
    readonly Dictionary<ISymbol, List<ISymbol>> _waiting = new(SymbolEqualityComparer.Default);

    internal Reachability()
    {
        foreach (SyntaxTree tree in SourceCode.All.Trees)
        {
            _models[tree] = SourceCode.All.Compilation.GetSemanticModel(tree);
            Declare(tree);
        }

        FollowAll();
    }

    /// <summary>Takes something more as needed, with all that it leads to.</summary>
    internal void Need(ISymbol symbol)
    {
        Reach(symbol);
        FollowAll();
    }

    void FollowAll()
    {
        while (_open.TryPop(out ISymbol? symbol))
        {
            Follow(symbol);
        }
    }

    /// <summary>Types and members of the product that nothing leads to so far; members of such types are not listed.</summary>
    internal IEnumerable<ISymbol> Unreached() => _declared.Where(s => !_reached.Contains(s) && (s.ContainingType is not { } type || _reached.Contains(type)));

    void Declare(SyntaxTree tree)
    {
        bool isProduct = tree.FilePath.StartsWith("src/", StringComparison.Ordinal);
        bool isLibrary = isProduct && !tree.FilePath.StartsWith("src/Damo/", StringComparison.Ordinal);
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes(n => n is not (BlockSyntax or ArrowExpressionClauseSyntax or GlobalStatementSyntax)))
        {
            if (node is GlobalStatementSyntax)
            {
                Walk(node);
                continue;
            }

            if (node is not (MemberDeclarationSyntax or VariableDeclaratorSyntax)
                || _models[tree].GetDeclaredSymbol(node) is not (INamedTypeSymbol or IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol)
                    || _models[tree].GetDeclaredSymbol(node) is not { } symbol)
            {
                continue;
            }

            symbol = Definition(symbol);
            if (symbol is INamedTypeSymbol type)
            {
                foreach (AttributeData attribute in type.GetAttributes().Where(a => a.AttributeClass?.Name == "JsonSerializableAttribute"))
                {
                    Serialize(attribute.ConstructorArguments[0].Value as ITypeSymbol);
                }
            }

            if (!isProduct || (isLibrary && IsOffered(symbol)))
            {
                Reach(symbol);
            }

            if (isProduct && !ComesWithType(symbol))
            {
                _declared.Add(symbol);
            }
        }
    }

    /// <summary>Whether other programs can name it.</summary>
    static bool IsOffered(ISymbol symbol)
    {
        for (ISymbol? at = symbol; at is not null and not INamespaceSymbol; at = at.ContainingSymbol)
        {
            if (at.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Layouts are whole or wrong, enums list what there is, records are equal by all they hold, and some members run without being named.
    /// </summary>
    static bool ComesWithType(ISymbol symbol) => symbol switch
    {
        IFieldSymbol field => field.ContainingType.TypeKind == TypeKind.Enum || (!field.IsStatic && IsLayout(field.ContainingType)),
        IPropertySymbol property => property.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is ParameterSyntax),
        IMethodSymbol method => method.MethodKind is MethodKind.StaticConstructor or MethodKind.Destructor
            || (method is { MethodKind: MethodKind.Constructor, Parameters.Length: 0 }) || (method.Name == "Dispose" && method.ContainingType.IsRefLikeType),
        _ => false,
    };

    static bool IsLayout(INamedTypeSymbol type) =>
        type.GetAttributes().Any(a => a.AttributeClass?.Name is "StructLayoutAttribute" or "InlineArrayAttribute")
        || (type.IsValueType && type.ContainingNamespace.Name == "Native");

    /// <summary>What System.Text.Json generates reads and writes all properties of a type, and those of their types.</summary>
    void Serialize(ITypeSymbol? type)
    {
        if (type is IArrayTypeSymbol array)
        {
            Serialize(array.ElementType);
        }
        else if (type is INamedTypeSymbol named)
        {
            foreach (ITypeSymbol argument in named.TypeArguments)
            {
                Serialize(argument);
            }

            if (named.DeclaringSyntaxReferences.Length > 0 && _serialized.Add(named.OriginalDefinition))
            {
                foreach (IPropertySymbol property in named.GetMembers().OfType<IPropertySymbol>())
                {
                    Serialize(property.Type);
                }
            }
        }
    }

    static ISymbol Definition(ISymbol symbol)
    {
        symbol = symbol switch
        {
            IMethodSymbol { AssociatedSymbol: { } owner } => owner,
            IMethodSymbol { ReducedFrom: { } extension } => extension,
            _ => symbol,
        };
        symbol = symbol.OriginalDefinition;
        return symbol is IMethodSymbol { PartialDefinitionPart: { } part } ? part : symbol;
    }

    void Reach(ISymbol? symbol)
    {
        switch (symbol)
        {
            case null or INamespaceSymbol or ILocalSymbol or IParameterSymbol or ITypeParameterSymbol:
                return;
            case IArrayTypeSymbol array:
                Reach(array.ElementType);
                return;
            case IPointerTypeSymbol pointer:
                Reach(pointer.PointedAtType);
                return;
        }

        symbol = Definition(symbol);
        if (symbol.DeclaringSyntaxReferences.Length > 0 && _reached.Add(symbol))
        {
            _open.Push(symbol);
        }
    }

    void Follow(ISymbol symbol)
    {
        Reach(symbol.ContainingType);
        if (_waiting.Remove(symbol, out List<ISymbol>? implementations))
        {
            implementations.ForEach(Reach);
        }

        if (symbol is INamedTypeSymbol type)
        {
            FollowType(type);
        }

        Reach(Overridden(symbol));
        foreach (SyntaxReference place in symbol.DeclaringSyntaxReferences.Concat(
            (symbol as IMethodSymbol)?.PartialImplementationPart?.DeclaringSyntaxReferences ?? []))
        {
            SyntaxNode node = place.GetSyntax();
            Walk(node);
            if (node is VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax declaration })
            {
                Walk(declaration.Type);
                foreach (AttributeListSyntax attributes in node.FirstAncestorOrSelf<MemberDeclarationSyntax>()!.AttributeLists)
                {
                    Walk(attributes);
                }
            }
        }
    }

    static ISymbol? Overridden(ISymbol symbol) => symbol switch
    {
        IMethodSymbol method => method.OverriddenMethod,
        IPropertySymbol property => property.OverriddenProperty,
        IEventSymbol @event => @event.OverriddenEvent,
        _ => null,
    };

    void FollowType(INamedTypeSymbol type)
    {
        foreach (ISymbol above in type.AllInterfaces.SelectMany(i => i.GetMembers()))
        {
            if (type.FindImplementationForInterfaceMember(above) is { } implementation)
            {
                ReachBelow(above, implementation);
            }
        }

        foreach (ISymbol member in type.GetMembers())
        {
            if (Overridden(member) is { } above)
            {
                ReachBelow(above, member);
            }

            if (ComesWithType(member) || (member is IPropertySymbol && _serialized.Contains(type)))
            {
                Reach(member);
            }
        }
    }

    /// <summary>An implementation or override: called through what is above it, by the runtime or by ourselves.</summary>
    void ReachBelow(ISymbol above, ISymbol below)
    {
        above = Definition(above);
        if (above.DeclaringSyntaxReferences.Length == 0 || _reached.Contains(above))
        {
            Reach(below);
        }
        else if (_waiting.TryGetValue(above, out List<ISymbol>? others))
        {
            others.Add(below);
        }
        else
        {
            _waiting[above] = [below];
        }
    }

    /// <summary>Reaches all that is named, or called without being named, in a piece of syntax; of a type without its members.</summary>
    void Walk(SyntaxNode from)
    {
        SemanticModel model = _models[from.SyntaxTree];
        foreach (SyntaxNode node in from.DescendantNodesAndSelf(n => n == from || n is not MemberDeclarationSyntax))
        {
            switch (node)
            {
                case ForEachStatementSyntax loop:
                    ForEachStatementInfo info = model.GetForEachStatementInfo(loop);
                    Reach(info.GetEnumeratorMethod);
                    Reach(info.MoveNextMethod);
                    Reach(info.CurrentProperty);
                    break;
                case ExpressionSyntax or ConstructorInitializerSyntax or PrimaryConstructorBaseTypeSyntax or AttributeSyntax:
                    SymbolInfo named = model.GetSymbolInfo(node);
                    Reach(named.Symbol);
                    if (named.Symbol is null)
                    {
                        foreach (ISymbol candidate in named.CandidateSymbols)
                        {
                            Reach(candidate);
                        }
                    }

                    if (node is ExpressionSyntax expression)
                    {
                        Reach(model.GetConversion(expression).MethodSymbol);
                        if (node.Parent is InitializerExpressionSyntax { RawKind: (int)SyntaxKind.CollectionInitializerExpression })
                        {
                            Reach(model.GetCollectionInitializerSymbolInfo(expression).Symbol);
                        }
                    }

                    break;
            }
        }
    }
}
