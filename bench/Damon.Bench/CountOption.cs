using System.CommandLine;
using Damo.CommandLine;

namespace Damon.Bench;

/// <summary>Options that are whole numbers.</summary>
static class CountOption
{
    /// <summary>The option that says how often everything is measured.</summary>
    public const string RoundsName = "--rounds";

    /// <param name="name">With its dashes.</param>
    /// <param name="otherwise">The value when it is not given.</param>
    /// <param name="description">One line.</param>
    /// <param name="least">The least value that makes sense.</param>
    /// <param name="most">The largest.</param>
    public static Option<int> Create(string name, int otherwise, string description, int least = 1, int most = 1_000_000) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            try
            {
                return Quantity.Count(result.Tokens[0].Value, name, least, most);
            }
            catch (UserErrorException e)
            {
                result.AddError(e.Message);
                return otherwise;
            }
        },
    };

    /// <summary>How often everything is measured, in turn.</summary>
    public static Option<int> Rounds(int otherwise) => Create(RoundsName, otherwise, "How often each is measured, in turn with the others", Bench.Rounds.Least);
}
