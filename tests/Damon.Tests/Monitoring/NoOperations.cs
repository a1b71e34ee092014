using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

/// <summary>Operations that see nothing.</summary>
sealed class NoOperations : IOperations
{
    public void PrepareAccessChecks(MonitoringContext context)
    {
    }

    public void CheckAccesses(MonitoringContext context)
    {
    }
}
