using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>Operations of an address space on which schemes can act.</summary>
public interface ISchemeOperations : IOperations, ISchemeActions;
