namespace FhirGateway.Validation.Definitions;

/// <summary>A definition is there but can't be read; the message says which and why.</summary>
public sealed class DefinitionException : Exception
{
    public DefinitionException(string message)
        : base(message)
    {
    }
}
