using Damon.Linux.Memory;

namespace Damon.Linux.Actions;

/// <summary>Something that may not work here: tried when it is first needed, once.</summary>
/// <param name="open">Opens it, or throws <see cref="AccessCheckUnavailableException"/>.</param>
sealed class Attempt<T>(Func<T> open) : IDisposable
    where T : class, IDisposable
{
    string? _fault;

    /// <summary>What was opened; null before <see cref="Fault"/> was asked, and after a failure.</summary>
    internal T? Value { get; private set; }

    /// <summary>Tries it.</summary>
    /// <returns>Why it does not work; null when it does.</returns>
    internal string? Fault()
    {
        if (Value is null && _fault is null)
        {
            try
            {
                Value = open();
            }
            catch (AccessCheckUnavailableException e)
            {
                _fault = e.Message;
            }
        }

        return _fault;
    }

    public void Dispose() => Value?.Dispose();
}
