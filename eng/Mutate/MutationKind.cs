namespace Damon.Mutations;

/// <summary>What a change is, where many stand in one assembly and one of them is chosen as the program starts.</summary>
enum MutationKind
{
    /// <summary>A condition becomes its opposite.</summary>
    Opposite,

    /// <summary><c>&amp;&amp;</c> and <c>||</c> for each other.</summary>
    Junction,

    /// <summary>An operator for another with the same types, by a method of <c>Mutant</c>.</summary>
    Operator,

    /// <summary>0 becomes 1, 1 becomes 2.</summary>
    Number,

    /// <summary>A statement is left out.</summary>
    Removal,

    /// <summary>An operator of a whole statement for another: <c>+=</c>, <c>++</c>.</summary>
    Step,

    /// <summary><c>Math.Min</c> and <c>Math.Max</c> for each other.</summary>
    Extreme,
}
