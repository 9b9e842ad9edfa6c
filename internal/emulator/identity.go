package emulator

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// getCallerIdentity answers as anybody: no signature is checked.
func getCallerIdentity(p present, _ *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
	return &sts.GetCallerIdentityOutput{
		Account: aws.String(p.config.Account), UserId: aws.String("AIDAEMULATED"),
		Arn: aws.String("arn:aws:iam::" + p.config.Account + ":user/emulated"),
	}, nil
}
