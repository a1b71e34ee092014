using System.Text;
using Microsoft.CodeAnalysis;

namespace Damon.Mutations;

/// <summary>The methods that stand for operators in an assembly of many changes.</summary>
static class MutantSource
{
    const string Span = "global::System.TimeSpan";

    static readonly string[] s_numbers = ["int", "uint", "long", "ulong", "double", "decimal", "global::System.Int128", "global::System.UInt128"];

    static readonly (string Method, string Operator, string Other)[] s_operators =
    [
        ("Less", "<", "<="), ("LessOrEqual", "<=", "<"), ("Greater", ">", ">="), ("GreaterOrEqual", ">=", ">"), ("Add", "+", "-"), ("Subtract", "-", "+"),
        ("Multiply", "*", "/"), ("Divide", "/", "*"), ("Remainder", "%", "*"), ("Left", "<<", ">>"), ("Right", ">>", "<<"), ("And", "&", "|"), ("Or", "|", "&"),
    ];

    /// <summary>The method for an operator.</summary>
    public static string Method(string operation) => s_operators.Single(o => o.Operator == operation).Method;

    /// <summary>The operator that takes the place of one; null where there is none.</summary>
    public static string? Other(string operation) => s_operators.FirstOrDefault(o => o.Operator == operation).Other;

    /// <summary>Whether there is a method for operands of a type.</summary>
    public static bool Takes(ITypeSymbol? type) => type?.SpecialType switch
    {
        SpecialType.System_Int32
            or SpecialType.System_UInt32
            or SpecialType.System_Int64
            or SpecialType.System_UInt64
            or SpecialType.System_Double
            or SpecialType.System_Decimal
            or SpecialType.System_Boolean =>
            true,
        _ => type?.ToDisplayString() is "System.Int128" or "System.UInt128" or "System.TimeSpan",
    };

    /// <summary>Whether a literal of a type can be written as a choice of two.</summary>
    public static bool TakesLiteral(ITypeSymbol? type) => type?.SpecialType switch
    {
        SpecialType.System_Boolean => false,
        SpecialType.System_Byte
            or SpecialType.System_SByte
            or SpecialType.System_Int16
            or SpecialType.System_UInt16
            or SpecialType.System_Char
            or SpecialType.System_Single
            or SpecialType.System_IntPtr or SpecialType.System_UIntPtr => true,
        _ => Takes(type),
    };

    /// <summary>A part of the class <c>Damon.Mutant</c>; overload resolution finds the types that the operator would have had.</summary>
    public static string Write()
    {
        StringBuilder text = new("namespace Damon;\n\nstatic partial class Mutant\n{\n");
        foreach ((string method, string operation, string other) in s_operators)
        {
            bool comparison = operation is "<" or "<=" or ">" or ">=";
            bool bits = operation is "<<" or ">>" or "&" or "|";
            foreach (string type in s_numbers.Where(t => !bits || t is not ("double" or "decimal")))
            {
                Add(type, operation is "<<" or ">>" ? "int" : type, comparison ? "bool" : type);
            }

            if (operation is "&" or "|")
            {
                Add("bool", "bool", "bool");
            }
            else if (comparison || operation is "+" or "-")
            {
                Add(Span, Span, comparison ? "bool" : Span);
            }

            void Add(string left, string right, string result) =>
                text.Append($"    public static {result} {method}(int id, {left} a, {right} b) => On(id) ? a {other} b : a {operation} b;\n");
        }

        return text.Append("}\n").ToString();
    }
}
