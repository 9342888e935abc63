namespace FhirGateway.Fhir.Model;

/// <summary>A code that must come from the value set that <typeparamref name="T"/> lists.</summary>
public class Code<T> : LiteralType
    where T : struct, Enum
{
    public Code()
    {
    }

    public Code(T? value) => Value = value;

    public override string TypeName => "code";

    /// <summary>
    /// The code; null when there is none, or when the literal read is not in the value set: then <see cref="PrimitiveType.ObjectValue"/> has it.
    /// Reading keeps it without complaint; that a code is allowed is the validator's question.
    /// </summary>
    public T? Value
    {
        get => EnumLiterals.Parse<T>(Literal);
        set => Literal = value?.GetLiteral();
    }
}
