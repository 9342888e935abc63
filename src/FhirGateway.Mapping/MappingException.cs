namespace FhirGateway.Mapping;

/// <summary>
/// A mapping class says something that can't be: one sentence that names the class and the rule. Thrown when the mapping is made.
/// </summary>
public sealed class MappingException : Exception
{
    public MappingException()
    {
    }

    public MappingException(string message) : base(message)
    {
    }

    public MappingException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
